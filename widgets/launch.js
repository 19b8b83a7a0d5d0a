/* Built from widgets/lib/launch by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

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

// lib/shortcuts.js
var HELD_BACK = /* @__PURE__ */ new Set(["enter", "z", "y", "a", "x", "c", "v", "d", "m", "backspace", "delete", " "]);
function passes(press) {
  if (press.key === "F5" || press.key === "F11" || press.key === "F12") return true;
  return (press.ctrlKey || press.metaKey) && !HELD_BACK.has(press.key.toLowerCase()) && !press.key.startsWith("Arrow");
}

// lib/root.js
function openRoot({ model, el, signal }, classes, name) {
  const ends = new AbortController();
  signal?.addEventListener("abort", () => ends.abort());
  const root = document.createElement("div");
  root.className = classes;
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", name);
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  const close = () => {
    ends.abort();
    Q(null, root);
    root.remove();
  };
  return { root, signal: ends.signal, close };
}
function redraw(what, root) {
  const had = root.contains(document.activeElement);
  Q(what, root);
  if (had && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
}
function keepKeys(root, onKey = () => void 0) {
  root.addEventListener("keydown", (event) => {
    if (passes(event)) return letThrough(root);
    event.stopPropagation();
    onKey(event);
  });
}
function letThrough(root) {
  root.removeAttribute("data-lm-suppress-shortcuts");
  setTimeout(() => root.setAttribute("data-lm-suppress-shortcuts", "true"), 0);
}

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
  /** Send what waits now, rather than at the end of this turn: what a person waits for goes ahead of what it causes. */
  hurry() {
    if (this.pausing || this.flight || this.closed || this.health === "lost") return;
    this.#send();
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

// lib/watching.js
var LOST = "The kernel was restarted: run the cell again.";
function waitingWords(waiting, health) {
  return waiting && health === "busy" ? `${waiting} (the kernel is busy)` : waiting;
}
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
async function watch(desk, look, everyMs) {
  let told = "";
  while (!desk.signal.aborted) {
    try {
      await look();
      if (told !== "" && desk.state.problem === told) desk.set({ problem: "" });
      told = "";
    } catch (error) {
      told = message(error);
      desk.set({ problem: told });
    }
    await new Promise((done) => setTimeout(done, everyMs));
  }
}
function hear(model, signal, traits) {
  for (const [name, told] of Object.entries(traits)) {
    const tell = () => told(model.get(name));
    model.on(`change:${name}`, tell);
    signal.addEventListener("abort", () => model.off(`change:${name}`, tell));
  }
}

// lib/format.js
var WHOLE = new Intl.NumberFormat("en-US");
function number(value) {
  return WHOLE.format(Math.round(value));
}
function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}
function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  return minutes < 6e3 ? `${Math.floor(minutes / 60)}h ${minutes % 60}m` : `${number(minutes / 1440)} days`;
}
function moment(iso, today = /* @__PURE__ */ new Date()) {
  if (!iso) return "";
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === today.toDateString()) return time;
  const year = at.getFullYear() === today.getFullYear() ? void 0 : "numeric";
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year })} ${time}`;
}
function heading(name) {
  const words2 = name.replaceAll("_", " ");
  return words2.charAt(0).toUpperCase() + words2.slice(1);
}

// lib/training/curves.js
function secondsLeft(epochs, total, share) {
  if (epochs.length === 0) return null;
  const recent = epochs.slice(-3).map((row) => row.seconds);
  const pace = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  return Math.max(0, total - epochs.length - share) * pace;
}

// lib/launch/words.js
function words(launch) {
  const epochs = launch.num_epochs ? `${number(launch.epochs)} of ${plural(launch.num_epochs, "epoch")}` : "";
  const accuracy = launch.accuracy === null || launch.accuracy === void 0 ? "" : `test accuracy ${launch.accuracy.toFixed(4)}`;
  const valid = launch.last?.valid_accuracy === void 0 ? "" : `valid accuracy ${launch.last.valid_accuracy.toFixed(4)}`;
  switch (launch.state) {
    case "running":
      return launch.num_epochs ? [launch.phase, epochs, valid].filter(Boolean).join(", ") : "starting; the first start takes a while";
    case "complete":
      return ["complete", epochs, accuracy].filter(Boolean).join(", ");
    case "stopped":
      return ["stopped, tested and saved", epochs, accuracy].filter(Boolean).join(", ");
    case "interrupted":
      return launch.run_id ? `interrupted after ${epochs}; go on with: workbench resume ${launch.run_id}` : "stopped before its training had begun";
    case "lost":
      return `its program ended without a word (killed, or the machine was restarted)${launch.run_id ? `; go on with: workbench resume ${launch.run_id}` : ""}`;
    default:
      return `failed: ${launch.error}`;
  }
}
function typed(values, usual) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const number2 = typeof usual[name] === "number" && typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
      return [name, Number.isNaN(number2) ? value : number2];
    })
  );
}

// lib/launch/app.js
var FAILED = ["failed", "lost"];
function App({ desk }) {
  const { found, health, notice, problem, starting } = desk.state;
  const running = found.launches.filter((launch) => launch.state === "running").length;
  const lost = health === "lost" && k("span", { class: "wb-warn" }, `${LOST} Trainings in the background go on.`);
  return k(
    "div",
    { class: "wb-body" },
    k("header", { class: "wb-bar" }, k("strong", null, "Trainings in the background"), k("span", { class: "wb-faint" }, running ? `${number(running)} running` : "none running")),
    k("div", { class: "wb-columns" }, k(Form, { desk }), k("div", { class: "wb-scroll" }, k(List, { desk }), desk.chosen && k(Details, { desk, launch: desk.chosen }))),
    k("footer", { class: "wb-status", role: "status" }, lost || (problem ? k("span", { class: "wb-warn" }, problem) : waitingWords(notice, starting ? health : "live") || "ready"))
  );
}
function Form({ desk }) {
  const { found, form, starting } = desk.state;
  const { networks, optimizers } = desk.config;
  const choice = (name, words2, choices) => k("label", null, words2, k("select", { value: form.values[name], onChange: (event) => desk.value(name, event.target.value) }, choices.map((each) => k("option", { key: each, value: each }, each))));
  const field = (name, words2) => k("label", null, words2, k("input", { inputMode: "decimal", value: String(form.values[name]), onInput: (event) => desk.value(name, event.target.value) }));
  const pretrained = form.values["model.pretrained"];
  return k(
    "form",
    {
      class: "wb-side",
      "aria-label": "New training",
      onSubmit: (event) => {
        event.preventDefault();
        desk.start();
      }
    },
    k("h3", null, "New training"),
    k(
      "label",
      null,
      "Theme",
      k(
        "select",
        { value: form.theme, onChange: (event) => desk.fill({ theme: event.target.value }) },
        found.themes.map(({ name, labeled }) => k("option", { key: name, value: name }, `${name} (${number(labeled)} labeled)`))
      )
    ),
    k("label", null, "Run name", k("input", { value: form.run_name, placeholder: "network, date and time", onInput: (event) => desk.fill({ run_name: event.target.value }) })),
    choice("model.name", "Network", networks),
    typeof pretrained === "boolean" && k(
      "label",
      { class: "wb-check" },
      k("input", { type: "checkbox", checked: pretrained, onChange: (event) => desk.value("model.pretrained", event.target.checked) }),
      "Begin with published weights"
    ),
    field("training.num_epochs", "Epochs"),
    field("training.learning_rate", "Learning rate"),
    choice("training.optimizer", "Optimizer", optimizers),
    field("data.batch_size", "Images per step"),
    k("p", { class: "wb-faint" }, "Everything else: params.yaml"),
    k("button", { class: "wb-primary", type: "submit", disabled: starting || found.themes.length === 0 }, starting ? "Starting …" : "Start training")
  );
}
function List({ desk }) {
  const { found, chosen } = desk.state;
  if (found.launches.length === 0) return k("p", { class: "wb-empty" }, "No training was started here yet. Fill in the fields and start one; it goes on when this page is closed.");
  return k(
    "table",
    { class: "wb-launches" },
    k("thead", null, k("tr", null, ["run", "theme", "state", "epochs", "test accuracy", "started", "took"].map((name, index) => k("th", { key: name, scope: "col", class: index > 2 ? "wb-number" : "" }, heading(name))))),
    k(
      "tbody",
      null,
      found.launches.map(
        (launch) => k(
          "tr",
          { key: launch.id, class: launch.id === chosen ? "wb-is-chosen" : "" },
          k("td", null, k("button", { class: "wb-link", "aria-pressed": String(launch.id === chosen), onClick: () => desk.choose(launch.id) }, launch.name)),
          k("td", null, launch.theme),
          k("td", { class: FAILED.includes(launch.state) ? "wb-warn" : "" }, launch.state),
          k("td", { class: "wb-number" }, launch.num_epochs ? `${number(launch.epochs)} of ${number(launch.num_epochs)}` : ""),
          k("td", { class: "wb-number" }, launch.accuracy?.toFixed(4) ?? ""),
          k("td", { class: "wb-number" }, moment(new Date(launch.started * 1e3).toISOString())),
          k("td", { class: "wb-number" }, duration((launch.ended ?? Date.now() / 1e3) - launch.started))
        )
      )
    )
  );
}
function Details({ desk, launch }) {
  const busy = launch.state === "running";
  const asked = desk.state.asked.includes(launch.id);
  const changed = Object.entries(launch.overrides).map(([name, value]) => `${name} = ${value}`);
  return k(
    "section",
    { class: "wb-details", "aria-label": launch.name },
    k("h3", null, launch.name),
    k("p", { class: "wb-row" }, k("span", null, words(launch)), busy && k(Progress, { launch }), busy && k("button", { onClick: () => desk.stop(launch) }, stopWords(launch, asked))),
    changed.length > 0 && k("p", { class: "wb-faint" }, changed.join(", ")),
    k("p", { class: "wb-faint" }, `${launch.run_id ? `MLflow run ${launch.run_id}, ` : ""}notebook ${launch.notebook}`),
    k("pre", { class: "wb-log", tabIndex: 0, role: "region", "aria-label": "Log" }, desk.state.log || "(nothing printed yet)")
  );
}
function Progress({ launch }) {
  if (!launch.num_epochs) return null;
  const inside = launch.batches && launch.phase === "training" ? (launch.batch ?? 0) / launch.batches : 0;
  const done = Math.min(launch.num_epochs, launch.epochs + (inside < 1 ? inside : 0));
  const left = secondsLeft(launch.seconds.map((seconds) => ({ seconds })), launch.num_epochs - launch.epochs + launch.seconds.length, inside);
  return [
    k("progress", { max: launch.num_epochs, value: done, "aria-label": "Epochs done" }),
    left !== null && launch.phase === "training" && k("span", { class: "wb-faint" }, `${duration(left)} left`)
  ];
}
function stopWords(launch, asked) {
  if (launch.phase === "starting" && launch.epochs === 0) return "Stop";
  return asked ? "Stop at once" : "Stop after this batch";
}

// lib/launch/desk.js
var LOOK_MS = 1e3;
function firstOf(themes, wanted) {
  return themes.some(({ name }) => name === wanted) ? wanted : themes[0]?.name ?? wanted;
}
var Desk = class {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root */
  constructor(model, signal, root) {
    this.signal = signal;
    this.root = root;
    this.config = model.get("config");
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    this.state = {
      found: model.get("state"),
      form: { theme: firstOf(model.get("state").themes, this.config.theme), run_name: "", values: { ...this.config.values } },
      chosen: null,
      log: "",
      asked: [],
      health: "live",
      notice: "",
      problem: "",
      starting: false
    };
    hear(model, signal, { state: (found) => this.set({ found }), trouble: (problem) => this.set({ problem }) });
  }
  /** @param {Partial<State>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    redraw(k(App, { desk: this }), this.root);
  }
  begin() {
    const running = this.state.found.launches.find((launch) => launch.state === "running");
    this.set({ chosen: running?.id ?? this.state.found.launches[0]?.id ?? null });
    watch(this, () => this.#look(), LOOK_MS);
  }
  /** @returns {Launch | undefined} */
  get chosen() {
    return this.state.found.launches.find((launch) => launch.id === this.state.chosen);
  }
  async #look() {
    const asked = this.state.chosen;
    const [found, log] = await Promise.all([this.link.call("look"), asked ? this.link.call("log", { id: asked }).catch(() => null) : null]);
    this.set({ found: found.value, ...log && asked === this.state.chosen ? { log: log.value } : {} });
  }
  /** @param {string} id */
  choose(id) {
    this.set({ chosen: id, log: "" });
  }
  /** @param {Partial<Form>} change */
  fill(change) {
    this.set({ form: { ...this.state.form, ...change } });
  }
  /** @param {string} name @param {any} value */
  value(name, value) {
    this.fill({ values: { ...this.state.form.values, [name]: value } });
  }
  async start() {
    this.set({ starting: true, notice: "Starting …", problem: "" });
    try {
      const { theme, run_name, values } = this.state.form;
      const id = (await this.link.call("start", { theme, run_name, values: typed(values, this.config.values) })).value;
      const found = (await this.link.call("look")).value;
      this.set({ starting: false, found, chosen: id, log: "", notice: "Started; it goes on when this page or the kernel is closed." });
      this.fill({ run_name: "" });
    } catch (error) {
      this.set({ starting: false, notice: "", problem: message(error) });
    }
  }
  /** @param {Launch} launch */
  async stop(launch) {
    const again = this.state.asked.includes(launch.id);
    try {
      const { value } = await this.link.call("stop", { id: launch.id, at_once: again });
      this.set({ notice: value, problem: "", asked: [...this.state.asked, launch.id] });
    } catch (error) {
      this.set({ notice: "", problem: message(error) });
    }
  }
};

// lib/launch/main.js
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-launch", "Launch panel");
  keepKeys(root);
  const desk = new Desk(model, signal, root);
  desk.begin();
  return close;
}
var main_default = { render };
export {
  main_default as default
};
