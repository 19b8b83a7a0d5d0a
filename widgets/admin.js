/* Built from widgets/lib/admin by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

// node_modules/preact/dist/preact.mjs
var n;
var t;
var r;
var u;
var i;
var f;
var o;
var e;
var l;
var c;
var a;
var s;
var h = /* @__PURE__ */ Symbol.for("pv");
var p = {};
var y = [];
var v = /^m(i|n|o|s|text|space)$/;
var w = Array.isArray;
var d = y.slice;
var _ = Object.assign;
function g(n2) {
  n2 && n2.parentNode && n2.remove();
}
function k(n2, t2, r2) {
  var u2, i2, f2, o2 = {}, e2 = arguments.length;
  for (f2 in t2) "key" == f2 ? u2 = t2[f2] : "ref" == f2 && "function" != typeof n2 ? i2 = t2[f2] : o2[f2] = t2[f2];
  return e2 > 2 && (o2.children = e2 > 3 ? d.call(arguments, 2) : r2), m(n2, o2, u2, i2, null);
}
function m(r2, u2, i2, f2, o2) {
  var e2 = { type: r2, props: u2, key: i2, ref: f2, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: h, __v: o2 || ++t, __i: -1, __u: 0 };
  return !o2 && n.vnode && n.vnode(e2), e2;
}
function $(n2) {
  return n2.children;
}
function x(n2, t2) {
  this.props = n2, this.context = t2, this.__g = 0;
}
function S(n2, t2) {
  if (null == t2) return n2.__ && S(n2.__, n2.__i + 1);
  for (var r2; t2 < n2.__k.length; t2++) if ((r2 = n2.__k[t2]) && r2.__e) return r2.__e;
  return "function" != typeof n2.type || n2.props.__P ? null : S(n2);
}
function C(t2) {
  var r2, u2 = t2.__v, i2 = u2.__e, f2 = [], o2 = [], e2 = t2.__P;
  e2 && ((r2 = _({ constructor: h }, u2)).__v = u2.__v + 1, n.vnode && n.vnode(r2), z(e2, r2, u2, t2.__n, e2.namespaceURI, 32 & u2.__u ? [i2] : null, f2, i2 || S(u2), 32 & u2.__u, o2), r2.__v = u2.__v, r2.__.__k[r2.__i] = r2, E(f2, r2, o2), u2.__ = u2.__e = null, r2.__e != i2 && j(r2));
}
function j(n2) {
  if ((n2 = n2.__) && n2.__c && !n2.props.__P) return n2.__e = null, n2.__k.some(function(t2) {
    return t2 && (n2.__e = t2.__e);
  }), j(n2);
}
function L(t2) {
  (8 & t2.__g || (t2.__g |= 8, u.push(t2), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
  try {
    for (var n2, t2 = 1; u.length; ) u.length > t2 && u.sort(o), n2 = u.shift(), t2 = u.length, 8 & n2.__g && C(n2);
  } finally {
    (f = u.length) && (i || queueMicrotask)(H);
  }
}
function I(n2, t2, r2, u2, i2, f2, o2, e2, l2, c2, a2) {
  var s2, h2, v2, w2, d2, _2, g2 = u2.__k || y, k2 = t2.length;
  for (l2 = q(r2, t2, g2, l2, k2), s2 = 0; s2 < k2; s2++) null != (v2 = r2.__k[s2]) && (h2 = ~v2.__i && g2[v2.__i] || p, v2.__i = s2, _2 = z(n2, v2, h2, i2, f2, o2, e2, l2, c2, a2), w2 = v2.__e, (h2.ref != v2.ref || 8 & h2.__u) && (h2.ref && G(h2.ref, null, v2, h2), v2.ref && a2.push(v2.ref, v2.__c || w2, v2)), d2 = d2 || w2, 4 & v2.__u ? (l2 = A(v2, l2, n2, !h2.__v), h2.__e && (h2.__e = null)) : "function" == typeof v2.type && void 0 !== _2 ? l2 = _2 : w2 && (l2 = w2.nextSibling), v2.__u &= -21);
  return r2.__e = d2, l2;
}
function q(n2, t2, r2, u2, i2) {
  var f2, o2, e2, l2, c2, a2, s2, p2, y2, v2 = r2.length, d2 = v2, _2 = 0, g2 = 0, k2 = n2.__k = Array(i2);
  for (f2 = 0; f2 < i2; f2++) null != (o2 = t2[f2]) && "boolean" != typeof o2 && "function" != typeof o2 ? ("object" != typeof o2 || o2.constructor === String ? o2 = k2[f2] = m(null, o2) : w(o2) ? o2 = k2[f2] = m($, { children: o2 }) : o2.constructor === h && o2.__b ? o2 = k2[f2] = m(o2.type, o2.props, o2.key, o2.ref, o2.__v) : k2[f2] = o2, l2 = f2 + _2, o2.__ = n2, o2.__b = n2.__b + 1, e2 = null, ~(c2 = o2.__i = P(o2, r2, l2, d2)) && (d2--, (e2 = r2[c2]) && (e2.__u |= 2)), e2 && e2.__v ? (o2.__u |= 16, c2 == l2 - 1 ? _2-- : c2 == l2 + 1 ? _2++ : c2 != l2 && (c2 > l2 ? _2-- : _2++, g2 = 1)) : (~c2 || (i2 > v2 ? _2-- : i2 < v2 && _2++), "function" != typeof o2.type && (o2.__u |= 4))) : k2[f2] = null;
  if (g2) {
    for (a2 = [], s2 = [], f2 = 0; f2 < i2; f2++) if ((o2 = k2[f2]) && 16 & o2.__u) {
      for (_2 = 0, p2 = a2.length; _2 < p2; ) a2[y2 = _2 + p2 >> 1] < o2.__i ? _2 = y2 + 1 : p2 = y2;
      a2[_2] = o2.__i, s2[f2] = _2 + 1;
    }
    for (_2 = a2.length; f2--; ) s2[f2] && (s2[f2] == _2 ? _2-- : k2[f2].__u |= 4);
  }
  if (d2) for (f2 = 0; f2 < v2; f2++) !(e2 = r2[f2]) || 2 & e2.__u || (e2.__e == u2 && (u2 = S(e2)), J(e2, e2));
  return u2;
}
function A(n2, t2, r2, u2) {
  var i2, f2, o2, e2;
  if ("function" == typeof n2.type) {
    if (n2.props.__P) return t2;
    if (i2 = n2.__k) for (f2 = 0; f2 < i2.length; f2++) i2[f2] && (i2[f2].__ = n2, t2 = A(i2[f2], t2, r2, false));
    return t2;
  }
  for (t2 && !t2.parentNode && (t2 = S(n2)) && !t2.parentNode && (t2 = null), o2 = n2.__e, e2 = t2; e2 && 8 == e2.nodeType; ) e2 = e2.nextSibling;
  for (o2 != e2 && (!u2 && r2.moveBefore && o2.parentNode ? r2.moveBefore(o2, t2) : r2.insertBefore(o2, t2 || null)), t2 = o2; (t2 = t2 && t2.nextSibling) && 8 == t2.nodeType && !t2.data.startsWith("$s"); ) ;
  return t2;
}
function P(n2, t2, r2, u2) {
  var i2, f2 = n2.key, o2 = n2.type, e2 = t2[r2], l2 = e2 && !(2 & e2.__u);
  if (null === e2 && null == f2 || l2 && f2 == e2.key && o2 == e2.type) return r2;
  if (u2 > (l2 ? 1 : 0)) {
    for (i2 = r2 - 1; i2 >= 0; i2--) if ((e2 = t2[i2]) && !(2 & e2.__u) && f2 == e2.key && o2 == e2.type) return i2;
    for (i2 = r2 + 1; i2 < t2.length; i2++) if ((e2 = t2[i2]) && !(2 & e2.__u) && f2 == e2.key && o2 == e2.type) return i2;
  }
  return -1;
}
function T(n2, t2, r2) {
  null == r2 && (r2 = ""), "-" == t2[0] ? n2.setProperty(t2, r2) : n2[t2] = r2;
}
function N(n2, t2, r2, u2, i2) {
  var f2, o2;
  if ("style" == t2) if ("string" == typeof r2) n2.style.cssText = r2;
  else {
    if ("string" == typeof u2 && (n2.style.cssText = u2 = ""), u2) for (t2 in u2) r2 && t2 in r2 || T(n2.style, t2);
    if (r2) for (t2 in r2) u2 && r2[t2] == u2[t2] || T(n2.style, t2, r2[t2]);
  }
  else if ("o" == t2[0] && "n" == t2[1]) "function" != typeof r2 && (r2 = null), "function" != typeof u2 && (u2 = null), (n2.__e || (n2.__e = {}))[t2] = r2, r2 && u2 || (o2 = a[t2] || (a[t2] = V(t2)), (n2.__a || (n2.__a = {}))[t2] = c, f2 = t2 != (t2 = t2.replace(l, "$1")), (t2 = t2.slice(2))[0] < "a" && (t2 = t2.toLowerCase()), r2 ? n2.addEventListener(t2, o2, f2) : n2.removeEventListener(t2, o2, f2));
  else {
    if ("http://www.w3.org/2000/svg" == i2) t2 = t2.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
    else if ("width" != t2 && "height" != t2 && "href" != t2 && "list" != t2 && "form" != t2 && "tabIndex" != t2 && "download" != t2 && "rowSpan" != t2 && "colSpan" != t2 && "role" != t2 && "popover" != t2 && t2 in n2) try {
      return void (n2[t2] = null == r2 ? "" : r2);
    } catch (n3) {
    }
    if ("function" == typeof r2) return;
    null == r2 || false === r2 && "-" != t2[4] ? n2.removeAttribute(t2) : n2.setAttribute(t2, "popover" == t2 && 1 == r2 ? "" : r2);
  }
}
function V(t2) {
  return function(r2) {
    var u2 = this.__e;
    if (u2) {
      if (u2 = u2[t2], null == r2[e]) r2[e] = c++;
      else if (r2[e] < this.__a[t2]) return;
      return u2(n.event ? n.event(r2) : r2);
    }
  };
}
function z(t2, r2, u2, i2, f2, o2, e2, l2, c2, a2) {
  var s2, p2, v2, d2, k2, b, m2, M, C2, j2, L2, H2, q2, A2, O, P2, T2, N2, V2 = r2.type;
  if (r2.constructor !== h) return null;
  128 & u2.__u && (c2 = 32 & u2.__u, s2 = u2.__c.__z) && (r2.__u |= c2, p2 = o2 = [], 8 == s2.nodeType ? l2 = B(s2, o2) : o2.push(s2), l2 = o2[0] || l2), (s2 = n.__b) && s2(r2);
  n: if ("function" == typeof V2) {
    v2 = e2.length;
    try {
      if (M = r2.props, C2 = (s2 = V2.prototype) && s2.render, j2 = (s2 = V2.contextType) && i2[s2.__c], L2 = s2 ? j2 ? j2.props.value : s2.__ : i2, (d2 = u2.__c) ? (r2.__c = d2, 2 & d2.__g && (d2.__g |= 1)) : (C2 ? r2.__c = d2 = new V2(M, L2) : (r2.__c = d2 = new x(M, L2), d2.constructor = V2, d2.render = K), j2 && j2.sub(d2), d2.state || (d2.state = {}), d2.__n = i2, d2.__g |= 8, d2.__h = [], d2.__k = []), C2 && (d2.__s || (d2.__s = d2.state), V2.getDerivedStateFromProps && (d2.__s == d2.state && (d2.__s = _({}, d2.__s)), _(d2.__s, V2.getDerivedStateFromProps(M, d2.__s)))), k2 = d2.props, b = d2.state, d2.__v = r2, u2.__c) {
        if (M !== k2 && C2 && !V2.getDerivedStateFromProps && d2.componentWillReceiveProps && d2.componentWillReceiveProps(M, L2), r2.__v == u2.__v && !(8 & d2.__g) || !(4 & d2.__g) && d2.shouldComponentUpdate && false === d2.shouldComponentUpdate(M, d2.__s, L2)) {
          r2.__v != u2.__v && (d2.props = M, d2.state = d2.__s, d2.__g &= -9), r2.__e = u2.__e, r2.__k = u2.__k, r2.__k.some(function(n2) {
            n2 && (n2.__ = r2);
          }), y.push.apply(d2.__h, d2.__k), d2.__k = [], d2.__h.length && e2.push(d2), l2 = S(u2);
          break n;
        }
        d2.componentWillUpdate && d2.componentWillUpdate(M, d2.__s, L2), C2 && d2.componentDidUpdate && d2.__h.push(function() {
          d2.componentDidUpdate(k2, b, m2);
        });
      } else C2 && !V2.getDerivedStateFromProps && d2.componentWillMount && d2.componentWillMount(), C2 && d2.componentDidMount && d2.__h.push(d2.componentDidMount);
      d2.context = L2, d2.props = M, d2.__P = t2, d2.__g &= -5, H2 = n.__r, q2 = C2 ? 25 : 0;
      do {
        d2.__g &= -9, H2 && H2(r2), s2 = d2.render(d2.props, d2.state = d2.__s, d2.context);
      } while (8 & d2.__g && ++q2 < 25);
      C2 && (y.push.apply(d2.__h, d2.__k), d2.__k = []), d2.state = d2.__s, d2.getChildContext && (i2 = _({}, i2, d2.getChildContext())), C2 && u2.__c && d2.getSnapshotBeforeUpdate && (m2 = d2.getSnapshotBeforeUpdate(k2, b)), A2 = s2 && s2.type === $ && null == s2.key ? s2.props.children : s2, M.__P && (s2 = l2, f2 = (t2 = M.__P).namespaceURI, c2 = o2 = null, u2.props && u2.props.__P != t2 && (u2.__k.some(function(n2) {
        n2 && J(n2, n2);
      }), u2.__k = null), l2 = u2.__k ? S(u2, 0) : null), l2 = I(t2, w(A2) ? A2 : [A2], r2, u2, i2, f2, o2, e2, l2, c2, a2), M.__P && (r2.__e = null, l2 = s2), r2.__u &= -161, p2 && p2.some(g), d2.__h.length && e2.push(d2), 1 & d2.__g && (d2.__g &= -4);
    } catch (t3) {
      if (e2.length = v2, r2.__v = null, c2 || o2) if (t3 && t3.then) {
        if (r2.__u |= 128 | c2, o2) {
          for (~(T2 = o2.indexOf(l2 || void 0)) || (T2 = o2.length); (N2 = o2[T2 - 1]) && 8 == N2.nodeType; ) T2--;
          for (; T2 < o2.length; T2++) if (N2 = o2[T2]) if (o2[T2] = null, O) {
            if (N2 == P2) break;
          } else {
            if (8 != N2.nodeType) break;
            N2.data.startsWith("$s") && (P2 = B(O = N2));
          }
        }
        if (!O) {
          for (; l2 && 8 == l2.nodeType && l2.nextSibling; ) l2 = l2.nextSibling;
          O = l2;
        }
        (s2 = B(O = r2.__c.__z || (r2.__c.__z = O))) ? (r2.__e = O, l2 = s2) : r2.__e = l2, l2 = l2 && l2.nextSibling;
      } else o2 && o2.some(g);
      else r2.__e = u2.__e;
      r2.__k || (r2.__k = u2.__k || []), t3 && t3.then || D(r2), n.__e(t3, r2, u2);
    }
  } else l2 = r2.__e = F(u2.__e, r2, u2, i2, f2, o2, e2, c2, a2, t2);
  return (s2 = n.diffed) && s2(r2), l2;
}
function B(n2, t2) {
  if (n2 && 8 == n2.nodeType && n2.data.startsWith("$s")) for (var r2 = 1; n2 = n2.nextSibling; ) {
    if (8 == n2.nodeType) {
      if (n2.data.startsWith("$s")) r2++;
      else if (n2.data.startsWith("/$s") && !--r2) return n2;
    }
    t2 && t2.push(n2);
  }
}
function D(n2) {
  n2 && (n2.__c && (n2.__c.__g |= 4), n2.__k && n2.__k.some(D));
}
function E(t2, r2, u2) {
  for (var i2 = 0; i2 < u2.length; ) G(u2[i2++], u2[i2++], u2[i2++]);
  n.__c && n.__c(r2, t2), t2.some(function(r3) {
    try {
      t2 = r3.__h, r3.__h = [], t2.some(function(n2) {
        n2.call(r3);
      });
    } catch (t3) {
      n.__e(t3, r3.__v);
    }
  });
}
function F(t2, r2, u2, i2, f2, o2, e2, l2, c2, a2) {
  var s2, h2, y2, _2, k2, b, m2, M, $2 = u2.props || p, x2 = r2.props, C2 = r2.type;
  if ("svg" == C2 ? f2 = "http://www.w3.org/2000/svg" : "math" == C2 ? f2 = "http://www.w3.org/1998/Math/MathML" : f2 || (f2 = "http://www.w3.org/1999/xhtml"), o2) {
    for (s2 = 0; s2 < o2.length; s2++) if ((k2 = o2[s2]) && (C2 ? k2.localName == C2 : 3 == k2.nodeType)) {
      t2 = k2, o2[s2] = null;
      break;
    }
  }
  if (!t2) {
    if (M = a2.ownerDocument || document, !C2) return M.createTextNode(x2);
    t2 = M.createElementNS(f2, C2, x2.is ? x2 : a2), l2 && (n.__m && n.__m(r2, o2), l2 = false), o2 = null;
  }
  if (C2) {
    if (a2 = "template" == C2 && t2.content || t2, o2 = "textarea" == C2 && null != x2.defaultValue ? null : o2 && d.call(a2.childNodes), !l2 && o2) for ($2 = {}, s2 = 0; s2 < t2.attributes.length; s2++) $2[(k2 = t2.attributes[s2]).name] = k2.value;
    for (s2 in $2) k2 = $2[s2], "dangerouslySetInnerHTML" == s2 ? y2 = k2 : "children" == s2 || s2 in x2 || "value" == s2 && "defaultValue" in x2 || "checked" == s2 && "defaultChecked" in x2 || N(t2, s2, null, k2, f2);
    for (s2 in x2) k2 = x2[s2], "children" == s2 ? _2 = k2 : "dangerouslySetInnerHTML" == s2 ? h2 = k2 : "value" == s2 ? b = k2 : "checked" == s2 ? m2 = k2 : l2 && "function" != typeof k2 || $2[s2] === k2 || N(t2, s2, k2, $2[s2], f2);
    h2 ? (l2 || y2 && (h2.__html == y2.__html || h2.__html == t2.innerHTML) || (t2.innerHTML = h2.__html), r2.__k = []) : (y2 && (t2.textContent = ""), ("foreignObject" == C2 || "http://www.w3.org/1998/Math/MathML" == f2 && v.test(C2)) && (f2 = "http://www.w3.org/1999/xhtml"), I(a2, w(_2) ? _2 : [_2], r2, u2, i2, f2, o2, e2, o2 ? o2[0] : u2.__k && S(u2, 0), l2, c2), o2 && o2.some(g)), l2 && "textarea" != C2 || (s2 = "value", "progress" == C2 && null == b ? t2.removeAttribute(s2) : null == b || b === t2[s2] && ("progress" != C2 || b) || N(t2, s2, b, $2[s2], f2), s2 = "checked", null != m2 && m2 != t2[s2] && N(t2, s2, m2, $2[s2], f2));
  } else $2 === x2 || l2 && t2.data == x2 || (t2.data = x2);
  return t2;
}
function G(t2, r2, u2, i2) {
  try {
    "function" == typeof t2 ? r2 ? r2.__x = t2(r2) || 1 : i2 && (i2 = i2.__c || i2.__e) && (r2 = i2.__x) && (i2.__x = null, "function" == typeof r2 ? r2() : t2(null)) : t2.current = r2;
  } catch (t3) {
    n.__e(t3, u2);
  }
}
function J(t2, r2, u2) {
  var i2, f2, o2, e2;
  if (n.unmount && n.unmount(t2), !(i2 = t2.ref) || i2.current && i2.current != t2.__e || G(i2, null, r2, t2), i2 = t2.__c) {
    if (i2.componentWillUnmount) try {
      i2.componentWillUnmount();
    } catch (t3) {
      n.__e(t3, r2);
    }
    i2.__P = i2.__n = null;
  }
  if (i2 = t2.__k) for (e2 = 0; e2 < i2.length; e2++) i2[e2] && J(i2[e2], r2, "function" != typeof t2.type || u2 && !t2.props.__P);
  !u2 && (i2 = t2.__c) && (i2 = i2.__z) && (f2 = B(i2, o2 = [])) && (i2 == t2.__e && o2.some(g), g(f2), g(i2)), u2 || g(t2.__e), t2.__e = t2.__c = t2.__ = null;
}
function K(n2, t2, r2) {
  return this.constructor(n2, r2);
}
function Q(t2, r2) {
  var u2, i2, f2, o2;
  n.__ && n.__(t2, r2), 9 == r2.nodeType && (r2 = r2.documentElement), i2 = (u2 = t2 && 32 & t2.__u) ? null : r2.__k, r2.__k = m($, { children: [t2] }), f2 = [], o2 = [], z(r2, r2.__k, i2 || p, p, r2.namespaceURI, i2 ? null : r2.firstChild ? d.call(r2.childNodes) : null, f2, i2 ? i2.__e : r2.firstChild, u2, o2), E(f2, r2.__k, o2), r2.__k.props.children = null;
}
n = { __e: function(n2, t2, r2, u2) {
  for (var i2, o2, e2; t2 = t2.__; ) if ((i2 = t2.__c) && !(1 & i2.__g)) {
    i2.__g |= 4;
    try {
      if ((e2 = (o2 = i2.constructor) && o2.getDerivedStateFromError) && i2.setState(o2.getDerivedStateFromError(n2)), i2.componentDidCatch && (i2.componentDidCatch(n2, u2 || {}), e2 = 1), e2 && 8 & i2.__g) return void (i2.__g |= 2);
    } catch (t3) {
      n2 = t3;
    }
  }
  throw f = 0, n2;
} }, t = 0, r = function(n2) {
  return null != n2 && n2.constructor === h;
}, x.prototype.setState = function(n2, t2) {
  var r2 = this.__s;
  r2 && r2 != this.state || (r2 = this.__s = _({}, this.state)), "function" == typeof n2 && (n2 = n2(_({}, r2), this.props)), n2 && (_(r2, n2), this.__v && (t2 && this.__k.push(t2), L(this)));
}, x.prototype.forceUpdate = function(n2) {
  this.__v && (this.__g |= 4, n2 && this.__h.push(n2), L(this));
}, x.prototype.render = $, u = [], f = 0, o = function(n2, t2) {
  return n2.__v.__b - t2.__v.__b;
}, e = /* @__PURE__ */ Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

// lib/link.js
var OVERDUE_MS = 1500;
var AGAIN_MS = 1e4;
var FIRST_AGAIN_MS = 1500;
var Link = class {
  /**
   * @param {Model} model
   * @param {AbortSignal} signal Ends the link.
   * @param {{onHealth?: (health: Health) => void, lead?: () => {method: string, params: any} | null, pause?: () => number, onLead?: (answer: Answer) => void, onLeadFailed?: (error: Error) => void}} [hooks]
   *   `lead` is asked for one call to put before all others whenever a message leaves; `onLead` gets its answer.
   *   `pause` says how many milliseconds to wait after an answer, so that the next message carries more.
   */
  constructor(model, signal, hooks = {}) {
    this.model = model;
    this.hooks = hooks;
    this.view = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.queue = [];
    this.flight = null;
    this.serial = 0;
    this.calls = 0;
    this.health = "live";
    this.overdue = 0;
    this.pausing = 0;
    this.closed = false;
    const receive = (content, buffers) => this.#receive(content, buffers);
    const lose = () => this.#lose();
    model.on("msg:custom", receive);
    model.on("comm_live_update", lose);
    signal.addEventListener("abort", () => {
      this.closed = true;
      clearTimeout(this.overdue);
      clearTimeout(this.pausing);
      model.off("msg:custom", receive);
      model.off("comm_live_update", lose);
    });
  }
  /**
   * Ask the kernel. Rejects with an Error whose message can be shown when the kernel refuses.
   * @param {string} method @param {any} [params] @param {ArrayBuffer[]} [buffers] @returns {Promise<Answer>}
   */
  call(method, params = {}, buffers = []) {
    return new Promise((done, failed) => {
      this.calls += 1;
      this.queue.push({ id: this.calls, method, params, buffers, done, failed });
      this.wake();
    });
  }
  /** Send what waits, unless a message is under way. Callers in one turn of the event loop share the message. */
  wake() {
    if (this.waking || this.pausing || this.flight || this.closed || this.health === "lost") return;
    this.waking = true;
    queueMicrotask(() => {
      this.waking = false;
      if (!this.flight && !this.closed && this.health !== "lost") this.#send();
    });
  }
  #send() {
    const lead = this.hooks.lead?.() ?? null;
    const calls = this.queue.splice(0);
    if (!lead && calls.length === 0) return;
    this.serial += 1;
    this.flight = { serial: this.serial, calls, lead: lead !== null, at: performance.now() };
    const buffers = [];
    const listed = calls.map((call) => {
      const first = buffers.push(...call.buffers) - call.buffers.length;
      return { id: call.id, method: call.method, params: call.params, buffers: [first, call.buffers.length] };
    });
    if (lead) listed.unshift({ id: 0, method: lead.method, params: lead.params, buffers: [0, 0] });
    this.model.send({ view: this.view, serial: this.serial, calls: listed }, void 0, buffers);
    this.#watch();
  }
  /**
   * Say so when an answer is overdue; after a long while send again: the kernel takes each act once.
   *
   * The first message is sent again sooner. It may have left before JupyterLab had its thread for widgets, and then
   * waits behind the cells; the second goes to that thread.
   */
  #watch() {
    clearTimeout(this.overdue);
    const again = this.serial === 1 ? FIRST_AGAIN_MS : AGAIN_MS;
    this.overdue = setTimeout(() => {
      this.#turn("busy");
      this.overdue = setTimeout(() => {
        const flight = this.flight;
        if (!flight || this.closed) return;
        this.flight = null;
        this.queue.unshift(...flight.calls);
        this.wake();
      }, again);
    }, OVERDUE_MS);
  }
  /** @param {any} content @param {DataView[]} buffers */
  #receive(content, buffers) {
    if (content?.view !== this.view) return;
    clearTimeout(this.overdue);
    this.#turn("live");
    const flight = this.flight;
    if (!flight || content.serial !== flight.serial) return;
    this.flight = null;
    const results = new Map(content.results.map((result) => [result.id, result]));
    const answer = ({ value, buffers: [first, count] }) => ({ value, buffers: buffers.slice(first, first + count) });
    if (flight.lead) {
      const result = results.get(0);
      if (result.error === void 0) this.hooks.onLead?.(answer(result));
      else this.hooks.onLeadFailed?.(new Error(result.error));
    }
    for (const call of flight.calls) {
      const result = results.get(call.id);
      if (result.error === void 0) call.done(answer(result));
      else call.failed(new Error(result.error));
    }
    const pause = this.hooks.pause?.() ?? 0;
    if (pause === 0 || this.closed) return this.wake();
    this.pausing = setTimeout(() => {
      this.pausing = 0;
      this.wake();
    }, pause);
  }
  #lose() {
    clearTimeout(this.overdue);
    this.flight = null;
    this.#turn("lost");
  }
  /** @param {Health} health */
  #turn(health) {
    if (this.health === health || this.closed) return;
    this.health = health;
    this.hooks.onHealth?.(health);
  }
};

// lib/label/keys.js
var HELD_BACK = /* @__PURE__ */ new Set(["enter", "z", "y", "a", "x", "c", "v", "d", "m", "backspace", "delete", " "]);
function passes(press) {
  if (press.key === "F5" || press.key === "F11" || press.key === "F12") return true;
  return (press.ctrlKey || press.metaKey) && !HELD_BACK.has(press.key.toLowerCase()) && !press.key.startsWith("Arrow");
}

// lib/format.js
var WHOLE = new Intl.NumberFormat("en-US");
function number(value) {
  return WHOLE.format(Math.round(value));
}
function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}
function bytes(value) {
  if (value < 1e3) return `${value} B`;
  const units = ["kB", "MB", "GB"];
  let size = value / 1e3;
  let unit = 0;
  while (size >= 1e3 && unit < units.length - 1) {
    size /= 1e3;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}
function moment(iso, today = /* @__PURE__ */ new Date()) {
  if (!iso) return "";
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === today.toDateString()) return time;
  const year = at.getFullYear() === today.getFullYear() ? void 0 : "numeric";
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year })} ${time}`;
}

// lib/label/views/mark.js
function Swatch({ color }) {
  return k("span", { class: "wb-swatch", style: { background: color }, "aria-hidden": "true" });
}

// lib/admin/tables.js
var STAGES = ["none", "staging", "production", "archived"];
function Filtered({ desk, head, words, row, id, empty }) {
  const { rows, filter } = desk.state;
  if (!rows) return null;
  const shown = rows.filter((one) => words(one).toLowerCase().includes(filter.toLowerCase()));
  return [
    k(
      "div",
      { class: "wb-row" },
      k("input", { type: "search", placeholder: "Filter", "aria-label": "Filter", value: filter, onInput: (event) => desk.set({ filter: event.target.value }) }),
      k("span", { class: "wb-faint" }, `${number(shown.length)} of ${number(rows.length)}`)
    ),
    shown.length === 0 ? k("p", { class: "wb-faint" }, rows.length === 0 ? empty : "Nothing matches the filter.") : k(
      "table",
      null,
      k("thead", null, k("tr", null, head.map(([name, numeric]) => k("th", { key: name, class: numeric ? "wb-number" : "" }, name)))),
      k("tbody", null, shown.map((one) => k("tr", { key: id(one), class: one.deleted ? "wb-faint" : "" }, row(one).map((cell, index) => k("td", { key: index, class: head[index][1] ? "wb-number" : "" }, cell)))))
    )
  ];
}
function Editable({ value, name, size = 20, save }) {
  return k("input", {
    // Not the value itself: drawing anew while somebody types must not take the letters away.
    key: value,
    type: "text",
    defaultValue: value,
    size,
    "aria-label": name,
    onChange: (event) => event.target.value !== value && save(event.target.value),
    onKeyDown: (event) => {
      if (event.key === "Escape") event.target.value = value;
      if (event.key === "Enter" || event.key === "Escape") event.target.blur();
    }
  });
}
function ThemeTable({ desk }) {
  const edit = (row, change) => desk.change("Saving …", "edit theme", { theme: row.id, ...change }, () => "Saved.");
  return k(Filtered, {
    desk,
    head: [["Name"], ["Description"], ["Task"], ["Labels", true], ["Images", true], ["Labeled", true], ["Models", true], ["Created"], [""]],
    words: (row) => `${row.name} ${row.description} ${row.task}`,
    id: (row) => row.id,
    empty: "There are no themes yet. Make one in the label panel.",
    row: (row) => [
      row.deleted ? row.name : k(Editable, { value: row.name, name: `Name of ${row.name}`, save: (name) => edit(row, { name }) }),
      row.deleted ? row.description : k(Editable, { value: row.description, name: `Description of ${row.name}`, size: 28, save: (description) => edit(row, { description }) }),
      row.task,
      number(row.labels.length),
      number(row.samples),
      number(row.labeled),
      number(row.models),
      moment(row.created),
      row.deleted ? k("button", { type: "button", "aria-label": `Restore ${row.name}`, onClick: () => desk.change("Restoring …", "restore theme", { theme: row.id }, () => `“${row.name}” is back.`) }, "Restore") : k("button", { type: "button", "aria-label": `Delete ${row.name}`, onClick: () => desk.remove({ kind: "theme", id: row.id }, `Delete ${row.name}`, "delete theme", { theme: row.id }, `“${row.name}” is deleted; Restore brings it back.`) }, "Delete …")
    ]
  });
}
function LabelTable({ desk }) {
  const edit = (row, change) => desk.change("Saving …", "edit label", { theme: row.theme, label: row.id, ...change }, () => "Saved.");
  return k(Filtered, {
    desk,
    head: [["Theme"], ["Key", true], [""], ["Name"], ["Color"], ["Images", true], ["Boxes", true], [""]],
    words: (row) => `${row.theme_name} ${row.name}`,
    id: (row) => row.id,
    empty: "There are no labels yet.",
    row: (row) => [
      row.theme_name,
      row.position <= 9 ? row.position : "",
      k(Swatch, { color: row.color }),
      k(Editable, { value: row.name, name: `Name of ${row.name}`, save: (name) => edit(row, { name }) }),
      k("input", { type: "color", value: row.color, "aria-label": `Color of ${row.name}`, onChange: (event) => edit(row, { color: event.target.value }) }),
      number(row.samples),
      number(row.boxes),
      k("button", { type: "button", "aria-label": `Delete ${row.name}`, onClick: () => desk.remove({ kind: "label", id: row.id }, `Delete ${row.name}`, "delete label", { theme: row.theme, label: row.id }, `“${row.name}” is deleted.`) }, "Delete …")
    ]
  });
}
function ModelTable({ desk }) {
  return k(Filtered, {
    desk,
    head: [["Theme"], ["Version", true], ["Stage"], ["Test accuracy", true], ["Predictions", true], ["Run"], ["Snapshot"], ["Created"], [""]],
    words: (row) => `${row.theme_name} ${row.stage} ${row.run} ${row.snapshot}`,
    id: (row) => `${row.theme_name}/${row.version}`,
    empty: "There are no registered models yet. notebooks/05_register.ipynb makes one.",
    row: (row) => {
      const which = { theme: row.theme_name, version: row.version };
      return [
        row.theme_name,
        row.version,
        k(
          "select",
          { value: row.stage, "aria-label": `Stage of ${row.theme_name} ${row.version}`, onChange: (event) => desk.change("Changing the stage …", "promote", { ...which, stage: event.target.value }, () => `Version ${row.version} of “${row.theme_name}” is now in ${event.target.value}.`) },
          STAGES.map((stage) => k("option", { key: stage, value: stage }, stage))
        ),
        row.accuracy === null || row.accuracy === void 0 ? "–" : row.accuracy.toFixed(4),
        number(row.predictions),
        k("code", null, row.run.slice(0, 8)),
        k("code", null, row.snapshot),
        moment(row.created),
        k("button", { type: "button", "aria-label": `Delete version ${row.version} of ${row.theme_name}`, onClick: () => desk.remove({ kind: "model", ...which }, `Delete version ${row.version}`, "delete model", which, `Version ${row.version} is deleted.`) }, "Delete …")
      ];
    }
  });
}

// lib/admin/samples.js
var SIDE = 32;
function SampleTable({ desk }) {
  const { page, themes, where, chosen } = desk.state;
  if (!page) return null;
  const theme = themes.find((one) => one.id === where.theme);
  const labels = theme?.labels ?? [];
  const ids = page.items.map((item) => item.id);
  const all = ids.length > 0 && ids.every((id) => chosen.has(id));
  return [
    k(Filters, { desk, labels }),
    k(Selected, { desk, labels }),
    page.total === 0 ? k("p", { class: "wb-faint" }, themes.length === 0 ? "There are no themes yet." : "No image matches.") : k(
      "table",
      { "aria-label": "Samples" },
      k("thead", null, k("tr", null, k("th", null, k("input", { type: "checkbox", checked: all, "aria-label": "Choose the page", onChange: () => desk.set({ chosen: new Set(all ? [] : ids) }) })), ["", "Id", "Name", "Label", "Split", "Annotator", "Decided", "Size", "SHA-256"].map((name, index) => k("th", { key: index }, name)))),
      k("tbody", null, page.items.map((item, index) => k(Row, { key: item.id, desk, item, index, labels })))
    ),
    k(Pager, { desk }),
    desk.state.history && k(History, { desk })
  ];
}
function History({ desk }) {
  const { name, events } = (
    /** @type {any} */
    desk.state.history
  );
  return [
    k("h3", null, `History of ${name}`),
    k(
      "table",
      { "aria-label": "History" },
      k("thead", null, k("tr", null, ["At", "By", "Source", "Action", "From", "To"].map((head) => k("th", { key: head }, head)))),
      k("tbody", null, events.map((event) => k("tr", { key: event.id }, [moment(event.at), event.annotator, event.source, event.action, event.before ?? "–", event.after ?? "–"].map((cell, index) => k("td", { key: index, class: "wb-name" }, cell)))))
    )
  ];
}
async function showHistory(desk, item) {
  const answer = await desk.ask("Reading the history …", "history", { theme: desk.state.where.theme, sample: item.id });
  if (answer) desk.set({ history: { name: item.name, events: answer.value } });
}
function Filters({ desk, labels }) {
  const { where, themes } = desk.state;
  const choice = (name, value, options, read) => k("select", { "aria-label": name, value: value ?? "", onChange: (event) => desk.samples(read(event.target.value)) }, options.map(([key, text]) => k("option", { key, value: key }, text)));
  return k(
    "div",
    { class: "wb-row" },
    choice("Theme", where.theme, themes.map((theme) => [theme.id, theme.name]), (value) => ({ theme: Number(value), label: null })),
    choice("State", where.state, [["all", "all images"], ["labeled", "labeled"], ["unlabeled", "unlabeled"], ["skipped", "skipped"]], (state) => ({ state })),
    choice("Label", where.label, [["", "any label"], ...labels.map((label) => (
      /** @type {[any, string]} */
      [label.id, label.name]
    ))], (value) => ({ label: value ? Number(value) : null })),
    choice("Split", where.split, [["", "any split"], ["train", "train"], ["valid", "valid"], ["test", "test"], ["none", "no split"]], (split) => ({ split })),
    k("input", { type: "search", placeholder: "Part of the file name", "aria-label": "Part of the file name", key: `search ${where.search}`, defaultValue: where.search, onChange: (event) => desk.samples({ search: event.target.value }) }),
    k("label", null, k("input", { type: "checkbox", checked: where.deleted, onChange: (event) => desk.samples({ deleted: event.target.checked }) }), " deleted ones")
  );
}
function Selected({ desk, labels }) {
  const { chosen, where } = desk.state;
  const ids = [...chosen];
  const what = plural(ids.length, "image");
  const few = ids.length === 0;
  if (where.deleted) {
    return k("div", { class: "wb-row" }, k("button", { type: "button", disabled: few, onClick: () => desk.change("Restoring …", "restore samples", { theme: where.theme, ids }, (value) => `${plural(value.changed, "image")} restored.`) }, few ? "Restore" : `Restore ${what}`));
  }
  return k(
    "div",
    { class: "wb-row" },
    k(
      "select",
      {
        "aria-label": "Label the chosen images",
        disabled: few,
        value: "",
        onChange: (event) => desk.change("Labeling …", "label samples", { theme: where.theme, ids, label: event.target.value === "none" ? null : Number(event.target.value) }, (value) => `${plural(value.changed, "image")} changed, ${number(value.unchanged)} had it already.`)
      },
      k("option", { value: "", disabled: true }, few ? "Choose images to label them" : `Label ${what} …`),
      labels.map((label) => k("option", { key: label.id, value: label.id }, label.name)),
      k("option", { value: "none" }, "no label")
    ),
    k("button", { type: "button", disabled: few, onClick: () => desk.remove({ kind: "samples", ids }, `Delete ${what}`, "delete samples", { theme: where.theme, ids }, `${what} deleted; “deleted ones” shows them.`) }, few ? "Delete …" : `Delete ${what} …`)
  );
}
function Row({ desk, item, index, labels }) {
  const { chosen, page, picture, where } = desk.state;
  const label = labels.find((one) => one.id === item.label);
  const at = page.sheet?.ids.indexOf(item.id) ?? -1;
  const { columns = 1 } = page.sheet ?? {};
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(item.id)) next.add(item.id);
    desk.set({ chosen: next });
  };
  const thumbnail = at >= 0 && picture ? { backgroundImage: `url(${picture})`, backgroundSize: `${columns * SIDE}px auto`, backgroundPosition: `-${at % columns * SIDE}px -${Math.floor(at / columns) * SIDE}px` } : {};
  return k(
    "tr",
    { key: index, class: chosen.has(item.id) ? "wb-selected" : "" },
    k("td", null, k("input", { type: "checkbox", checked: chosen.has(item.id), "aria-label": `Choose ${item.name}`, onChange: toggle })),
    k("td", null, k("div", { class: "wb-tiny", style: thumbnail, role: "img", "aria-label": item.name })),
    k("td", { class: "wb-number" }, k("button", { type: "button", class: "wb-link", title: "Show its history", "aria-label": `History of ${item.name}`, onClick: () => showHistory(desk, item) }, item.id)),
    k("td", { class: "wb-name", title: item.name }, item.name),
    k(
      "td",
      null,
      label && k(Swatch, { color: label.color }),
      " ",
      where.deleted ? label?.name ?? "" : k(
        "select",
        { value: item.label ?? "", "aria-label": `Label of ${item.name}`, onChange: (event) => desk.change("Saving …", "label samples", { theme: where.theme, ids: [item.id], label: event.target.value ? Number(event.target.value) : null }, () => "Saved.") },
        k("option", { value: "" }, item.skipped ? "skipped" : "–"),
        labels.map((one) => k("option", { key: one.id, value: one.id }, one.name))
      )
    ),
    k("td", null, item.split ?? "–"),
    k("td", null, item.annotator ?? "–"),
    k("td", null, moment(item.at) || "–"),
    k("td", null, `${item.width} × ${item.height}, ${bytes(item.size)}`),
    k("td", null, k("code", { title: item.sha256 }, item.sha256.slice(0, 10)))
  );
}
function Pager({ desk }) {
  const { page } = desk.state;
  const last = page.offset + page.items.length;
  return k(
    "div",
    { class: "wb-row" },
    k("button", { type: "button", disabled: page.offset === 0, onClick: () => desk.samples({ offset: page.offset - page.page }) }, "Previous"),
    k("span", { class: "wb-number" }, page.total ? `${number(page.offset + 1)} to ${number(last)} of ${number(page.total)}` : "0"),
    k("button", { type: "button", disabled: last >= page.total, onClick: () => desk.samples({ offset: page.offset + page.page }) }, "Next")
  );
}

// lib/admin/store.js
function StoreView({ desk }) {
  const { about, report } = desk.state;
  if (!about) return null;
  return [
    k("p", null, "Database ", k("code", null, about.database), `, schema version ${about.version}`),
    k("h3", null, "Check"),
    k("div", { class: "wb-row" }, k("button", { type: "button", onClick: () => check(desk) }, "Check everything"), k("span", { class: "wb-faint" }, "reads every row and every image file")),
    report && k(Report, { report }),
    k("h3", null, "Backups"),
    k("div", { class: "wb-row" }, k("button", { type: "button", onClick: () => backUp(desk) }, "Back up now"), k("span", { class: "wb-faint" }, "store and images in one file, while people go on labeling")),
    about.backups.length === 0 ? k("p", { class: "wb-faint" }, "There is no backup in db/backups yet.") : k(
      "table",
      { "aria-label": "Backups" },
      k("thead", null, k("tr", null, k("th", null, "File in db/backups"), k("th", { class: "wb-number" }, "Size"), k("th", null, "Made"))),
      k("tbody", null, about.backups.map((file) => k("tr", { key: file.name }, k("td", null, file.name), k("td", { class: "wb-number" }, bytes(file.size)), k("td", null, moment(new Date(1e3 * file.at).toISOString())))))
    ),
    k("h3", null, "Garbage"),
    k(Garbage, { desk })
  ];
}
function Report({ report }) {
  const said = `${plural(report.samples, "sample")}, ${plural(report.files, "file")}, ${bytes(report.bytes)}, checked ${moment(report.at)}.`;
  if (report.count === 0) return k("p", { role: "status" }, `Everything is in order: ${said}`);
  return [
    k("p", { class: "wb-warn", role: "alert" }, `${plural(report.count, "problem")} found: ${said}`),
    k("ul", null, report.problems.slice(0, 20).map((problem, index) => k("li", { key: index }, `${problem.kind}: ${problem.subject}. ${problem.advice}`)))
  ];
}
async function check(desk) {
  const answer = await desk.ask("Checking every row and file …", "check");
  if (answer) desk.set({ report: answer.value });
}
function backUp(desk) {
  return desk.change("Writing the backup …", "back up", {}, (value) => {
    const lost = value.missing > 0 ? ` ${plural(value.missing, "image file")} were missing from the store: check it.` : "";
    return `${value.name} holds ${plural(value.rows, "row")} and ${plural(value.images, "image")}, ${bytes(value.bytes)}.${lost}`;
  });
}
function Garbage({ desk }) {
  return k(
    "form",
    {
      class: "wb-row",
      onSubmit: (event) => {
        event.preventDefault();
        const field = (
          /** @type {HTMLInputElement} */
          /** @type {HTMLFormElement} */
          event.target.elements.namedItem("days")
        );
        clean(desk, Number(field.value));
      }
    },
    k("label", null, "What was deleted more than ", k("input", { type: "number", name: "days", min: 0, max: 36500, defaultValue: "30", style: { width: "72px" } }), " days ago"),
    k("button", { type: "submit" }, "Remove for good …")
  );
}
async function clean(desk, days) {
  const answer = await desk.ask("Looking at what would go …", "preview clean", { days });
  if (!answer) return;
  const { samples, themes, kept, snapshots } = answer.value;
  const text = [`${plural(samples, "image")} and ${plural(themes, "theme")} go for good, with their history; this cannot be undone.`];
  if (snapshots > 0) text.push(`${plural(snapshots, "snapshot")} of unregistered runs go with them.`);
  if (kept > 0) text.push(`${number(kept)} stay, because registered models learned from them.`);
  desk.set({
    notice: null,
    question: {
      text,
      button: `Remove ${plural(samples, "image")} for good`,
      run: () => desk.change("Removing …", "clean", { days }, (value) => `${plural(value.samples, "image")} and ${plural(value.themes, "theme")} removed; ${plural(value.files, "file")}, ${bytes(value.bytes)} freed.`)
    }
  });
}

// lib/admin/app.js
var HEALTH = { live: "", busy: "kernel busy", lost: "kernel restarted – run the cell again" };
var TABS = [["themes", "Themes"], ["labels", "Labels"], ["samples", "Samples"], ["models", "Models"], ["store", "Store"]];
var VIEWS = { themes: ThemeTable, labels: LabelTable, samples: SampleTable, models: ModelTable, store: StoreView };
function App({ desk }) {
  const { state } = desk;
  return [
    k(Bar, { desk }),
    state.question && k(Ask, { desk }),
    state.notice && k("div", { class: `wb-ask${state.notice.trouble ? " wb-warn" : ""}`, role: state.notice.trouble ? "alert" : "status" }, state.notice.text),
    k("div", { class: "wb-sheet" }, k(
      /** @type {any} */
      VIEWS[state.tab],
      { desk }
    ))
  ];
}
function Bar({ desk }) {
  const { state } = desk;
  return k(
    "div",
    { class: "wb-bar" },
    k(
      "span",
      { class: "wb-segments", role: "group", "aria-label": "Tables" },
      TABS.map(([tab, name]) => k("button", { key: tab, type: "button", "aria-pressed": String(state.tab === tab), onClick: () => desk.open(tab) }, name))
    ),
    k("span", { class: "wb-faint", role: "status" }, state.waiting || HEALTH[state.health]),
    k("span", { class: "wb-grow" }),
    k("span", { class: "wb-faint" }, "changes are recorded for ", k("b", null, desk.annotator)),
    k("button", { type: "button", onClick: () => desk.reload() }, "Refresh")
  );
}
function Ask({ desk }) {
  const { question } = desk.state;
  if (!question) return null;
  return k(
    "div",
    { class: "wb-ask", role: "alertdialog", "aria-label": question.button },
    k("span", { class: "wb-grow" }, question.text.join(" ")),
    k("button", { type: "button", class: "wb-danger", onClick: () => desk.confirm() }, question.button),
    k("button", { type: "button", ref: (node) => node?.focus(), onClick: () => desk.set({ question: null }) }, "Cancel")
  );
}

// lib/admin/desk.js
var WAITING = { themes: "Loading the themes …", labels: "Loading the labels …", models: "Loading the models …" };
var Desk = class {
  /** @param {Link} link @param {string} annotator @param {() => void} draw */
  constructor(link, annotator, draw) {
    this.link = link;
    this.annotator = annotator;
    this.draw = draw;
    this.state = {
      tab: "themes",
      rows: null,
      themes: [],
      page: null,
      picture: "",
      history: null,
      filter: "",
      about: null,
      report: null,
      where: { theme: null, state: "all", label: null, split: "", search: "", deleted: false, offset: 0 },
      chosen: /* @__PURE__ */ new Set(),
      question: null,
      notice: null,
      health: "live",
      waiting: ""
    };
  }
  /** @param {Partial<State>} patch */
  set(patch) {
    Object.assign(this.state, patch);
    this.draw();
  }
  /** Ask the kernel, say what is waited for, and tell what did not work. @param {string} waiting @param {string} method @param {any} [params] @returns {Promise<Answer | null>} */
  async ask(waiting, method, params = {}) {
    this.set({ waiting });
    try {
      return await this.link.call(method, { annotator: this.annotator, ...params });
    } catch (error) {
      this.set({ notice: { text: error instanceof Error ? error.message : String(error), trouble: true } });
      return null;
    } finally {
      this.set({ waiting: "" });
    }
  }
  /** Show one of the tables. @param {Tab} tab */
  async open(tab) {
    this.set({ tab, rows: null, question: null, notice: null, filter: "" });
    await this.reload();
  }
  /** Read what is shown anew. */
  async reload() {
    const { tab } = this.state;
    if (tab === "store") {
      const answer2 = await this.ask("Looking at the store …", "about");
      if (answer2) this.set({ about: answer2.value });
      return;
    }
    if (tab === "samples") return this.samples({});
    const answer = await this.ask(WAITING[tab], tab);
    if (answer && this.state.tab === tab) this.set({ rows: answer.value });
  }
  /** Show samples that match. @param {Partial<Where>} where */
  async samples(where) {
    const { state } = this;
    if (Object.keys(where).length > 0) {
      state.where = { ...state.where, offset: 0, ...where };
      state.chosen = /* @__PURE__ */ new Set();
    }
    const themes = await this.ask("Loading the themes …", "themes");
    if (!themes) return;
    const living = themes.value.filter((theme) => !theme.deleted);
    if (!living.some((theme) => theme.id === state.where.theme)) state.where.theme = living[0]?.id ?? null;
    this.set({ themes: living, history: null });
    if (state.where.theme === null) return this.set({ page: { items: [], total: 0, offset: 0, page: 50 } });
    const answer = await this.ask("Loading the samples …", "samples", state.where);
    if (!answer) return;
    const [bytes2] = answer.buffers;
    const { sheet } = answer.value;
    if (state.picture) URL.revokeObjectURL(state.picture);
    const picture = sheet && bytes2 ? URL.createObjectURL(new Blob([
      /** @type {any} */
      bytes2
    ], { type: sheet.type })) : "";
    const shown = new Set(answer.value.items.map((item) => item.id));
    this.set({ page: answer.value, picture, chosen: new Set([...state.chosen].filter((id) => shown.has(id))) });
  }
  /** Change something and say so. @param {string} waiting @param {string} method @param {any} params @param {(value: any) => string} told */
  async change(waiting, method, params, told) {
    const answer = await this.ask(waiting, method, params);
    if (answer) this.set({ notice: { text: told(answer.value), trouble: false }, chosen: /* @__PURE__ */ new Set() });
    await this.reload();
  }
  /** Delete something after saying what that means. @param {any} about What the kernel is asked about. @param {string} button @param {string} method @param {any} params @param {string} told */
  async remove(about, button, method, params, told) {
    const answer = await this.ask("Looking at what this means …", "consequences", about);
    if (!answer) return;
    this.set({ notice: null, question: { text: answer.value, button, run: () => this.change("Deleting …", method, params, () => told) } });
  }
  async confirm() {
    const { question } = this.state;
    this.set({ question: null });
    await question?.run();
  }
};

// lib/admin/main.js
function render({ model, el, signal }) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const root = document.createElement("div");
  root.className = "wb-label wb-admin";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Admin panel");
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  const desk = new Desk(
    new Link(model, controller.signal, { onHealth: (health) => desk.set({ health }) }),
    model.get("config").annotator,
    () => Q(k(App, { desk }), root)
  );
  root.addEventListener("keydown", (event) => {
    if (passes(event)) return;
    event.stopPropagation();
    if (event.key === "Escape") desk.set({ question: null, notice: null });
  });
  desk.open("themes");
  return () => {
    controller.abort();
    Q(null, root);
    root.remove();
  };
}
var main_default = { render };
export {
  main_default as default
};
