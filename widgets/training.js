/* Built from widgets/lib/training by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

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
function heading(name) {
  const words2 = name.replaceAll("_", " ");
  return words2.charAt(0).toUpperCase() + words2.slice(1);
}
function share(score) {
  return `${Math.round(score * 100)} %`;
}

// lib/picture.js
function Picture({ pictures, sample, name, side = 64 }) {
  const at = pictures?.ids.indexOf(sample) ?? -1;
  if (!pictures || at < 0) return null;
  const [width, height] = pictures.sizes[at];
  const longer = Math.max(width, height);
  if (longer === 0) return k("span", { class: "wb-picture wb-faint", role: "img", "aria-label": `${name} cannot be read` }, "?");
  const scale = longer > side ? side / longer : Math.max(1, Math.floor(side / longer));
  const x2 = at % pictures.columns * pictures.cell * scale;
  const y2 = Math.floor(at / pictures.columns) * pictures.cell * scale;
  const sheet = pictures.columns * pictures.cell * scale;
  return k(
    "span",
    { class: "wb-picture", style: { width: `${side}px`, height: `${side}px` } },
    k("span", {
      role: "img",
      "aria-label": name,
      class: scale > 1 ? "wb-crisp" : "",
      style: { display: "block", width: `${width * scale}px`, height: `${height * scale}px`, background: `url(${pictures.url}) -${x2}px -${y2}px / ${sheet}px auto no-repeat` }
    })
  );
}

// lib/training/curves.js
function curves(epochs, names, total, width, height) {
  const values = names.flatMap((name) => epochs.map((row) => row[name])).filter((value) => Number.isFinite(value));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high > low ? high - low : 1;
  const lines = names.map((name) => ({
    name,
    points: epochs.filter((row) => Number.isFinite(row[name])).map((row) => ({
      epoch: row.epoch,
      value: row[name],
      x: total > 1 ? (row.epoch - 1) / (total - 1) * width : width / 2,
      y: height - (row[name] - low) / span * height
    }))
  }));
  return { low, high, lines: values.length ? lines : [] };
}
function secondsLeft(epochs, total, share2) {
  if (epochs.length === 0) return null;
  const recent = epochs.slice(-3).map((row) => row.seconds);
  const pace = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  return Math.max(0, total - epochs.length - share2) * pace;
}

// lib/training/app.js
var RUNNING = ["starting", "training", "testing"];
var COLUMNS = ["epoch", "train_loss", "valid_loss", "train_accuracy", "valid_accuracy", "valid_f1", "seconds"];
var WIDTH = 280;
var HEIGHT = 120;
function App({ desk }) {
  const { training, gallery } = desk.state;
  const empty = training.run_id === void 0;
  return k(
    "div",
    { class: "wb-body" },
    k(Bar, { desk }),
    empty ? k("p", { class: "wb-empty" }, `${training.theme} has not been trained yet. Run the cell that trains; its epochs appear here. The first start loads libraries for some seconds.`) : k(
      "div",
      { class: "wb-scroll" },
      training.epochs.length === 0 && busyWords(training),
      k("div", { class: "wb-row" }, k(Chart, { training, metric: "loss" }), k(Chart, { training, metric: "accuracy" })),
      training.confusion && k(Matrix, { desk, training, matrix: training.confusion }),
      gallery && k(Images, { desk, gallery }),
      k(Epochs, { training })
    ),
    k("footer", { class: "wb-status", role: "status" }, desk.state.problem ? k("span", { class: "wb-warn" }, desk.state.problem) : words(desk))
  );
}
function Bar({ desk }) {
  const { training } = desk.state;
  if (training.run_id === void 0) return k("header", { class: "wb-bar" }, k("strong", null, training.theme));
  const busy = RUNNING.includes(training.state);
  const share2 = training.batches ? (training.batch ?? 0) / training.batches : 0;
  const inside = busy && training.epoch === training.epochs.length + 1 ? share2 : 0;
  const left = busy && training.state !== "testing" ? secondsLeft(training.epochs, training.num_epochs, inside) : null;
  const accuracy = training.metrics?.test_accuracy;
  return k(
    "header",
    { class: "wb-bar" },
    k("strong", null, training.run_name),
    k("span", null, `${number(training.epochs.length)} of ${plural(training.num_epochs, "epoch")}`),
    k("progress", { max: training.num_epochs, value: training.epochs.length + inside, "aria-label": "Epochs done" }),
    busy && training.state !== "testing" && training.batches && k("span", { class: "wb-faint" }, `batch ${number(training.batch ?? 0)} of ${number(training.batches)}`),
    left !== null && k("span", { class: "wb-faint" }, `${duration(left)} left`),
    accuracy !== void 0 && k("span", null, `test accuracy ${accuracy.toFixed(4)}`),
    k("span", { class: "wb-grow" }),
    busy && training.state !== "testing" && k("button", { onClick: () => desk.stop() }, "Stop after this batch")
  );
}
function busyWords(training) {
  if (!RUNNING.includes(training.state)) return k("p", { class: "wb-empty" }, "It ended before its first epoch did.");
  return k("p", { class: "wb-empty" }, training.state === "starting" ? "Preparing images and network …" : "The first epoch runs; curves begin when it ends.");
}
function Chart({ training, metric }) {
  const total = shownEpochs(training);
  const { low, high, lines } = curves(training.epochs, [`train_${metric}`, `valid_${metric}`], total, WIDTH, HEIGHT);
  if (lines.length === 0) return null;
  const said = `${metric} of ${plural(training.epochs.length, "epoch")}, from ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
  return k(
    "figure",
    { class: "wb-chart" },
    k("figcaption", null, metric, ...lines.map((line, index) => k("span", { class: `wb-key wb-line-${index}` }, line.name.split("_")[0]))),
    k(
      "svg",
      { viewBox: `-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`, role: "img", "aria-label": said },
      lines.map((line, index) => [
        k("polyline", { class: `wb-line-${index}`, points: line.points.map((point) => `${point.x},${point.y}`).join(" ") }),
        line.points.map(
          (point) => k("circle", { class: `wb-line-${index}`, cx: point.x, cy: point.y, r: 2.5 }, k("title", null, `epoch ${point.epoch}: ${line.name} ${point.value.toPrecision(4)}`))
        )
      ])
    ),
    k("p", { class: "wb-faint wb-ends" }, k("span", null, `${low.toPrecision(3)} to ${high.toPrecision(3)}`), k("span", null, `epoch 1 to ${number(total)}`))
  );
}
function shownEpochs(training) {
  const done = training.epochs.length;
  return RUNNING.includes(training.state) ? Math.min(training.num_epochs, Math.max(10, 2 * done)) : done;
}
function Epochs({ training }) {
  if (training.epochs.length === 0) return null;
  const names = COLUMNS.filter((name) => training.epochs.some((row) => row[name] !== void 0));
  return k(
    "table",
    { class: "wb-epochs" },
    k("caption", null, "Epochs"),
    k("thead", null, k("tr", null, names.map((name) => k("th", { key: name, scope: "col" }, heading(name))))),
    k(
      "tbody",
      null,
      training.epochs.toReversed().map(
        (row) => k("tr", { key: row.epoch, class: row.epoch === training.best_epoch ? "wb-is-best" : "" }, names.map((name) => k("td", { key: name }, shown(name, row[name]))))
      )
    )
  );
}
function shown(name, value) {
  if (value === void 0) return "";
  return name === "epoch" ? String(value) : name === "seconds" ? value.toFixed(1) : value.toFixed(4);
}
function Matrix({ desk, training, matrix }) {
  const names = training.class_names;
  const wrong = matrix.flatMap((row, i2) => row.filter((_2, j2) => i2 !== j2)).reduce((sum, count) => sum + count, 0);
  return k(
    "div",
    { class: "wb-row" },
    k(
      "table",
      { class: "wb-matrix" },
      k("caption", null, "Test images: rows are true labels, columns predicted ones"),
      k("thead", null, k("tr", null, k("td", null), names.map((name) => k("th", { key: name, scope: "col" }, name)))),
      k(
        "tbody",
        null,
        matrix.map((row, i2) => {
          const total = row.reduce((sum, count) => sum + count, 0) || 1;
          return k(
            "tr",
            { key: names[i2] },
            k("th", { scope: "row" }, names[i2]),
            row.map(
              (count, j2) => k(
                "td",
                { key: names[j2] },
                k(
                  "button",
                  {
                    disabled: count === 0,
                    "aria-label": `${plural(count, "image")} of ${names[i2]} predicted as ${names[j2]}`,
                    style: { background: `color-mix(in srgb, ${i2 === j2 ? "var(--wb-accent)" : "var(--wb-warn)"} ${Math.round(60 * count / total)}%, transparent)` },
                    onClick: () => desk.show({ true: names[i2], predicted: names[j2] }, `${names[i2]} predicted as ${names[j2]}`)
                  },
                  count === 0 ? "·" : number(count)
                )
              )
            )
          );
        })
      )
    ),
    wrong > 0 && k("button", { onClick: () => desk.show({ mistakes: true }, "Mistakes, the most confident first") }, `Show ${plural(wrong, "mistake")}`)
  );
}
function Images({ desk, gallery }) {
  const pictures = gallery.sheet && { ...gallery.sheet, ids: gallery.images.map((image) => image.sample_id), url: gallery.url };
  return k(
    "section",
    { class: "wb-images", "aria-label": gallery.title },
    k(
      "h3",
      null,
      `${gallery.title}: ${plural(gallery.count, "image")}${gallery.images.length < gallery.count ? `, the first ${number(gallery.images.length)} shown` : ""}`,
      k("button", { onClick: () => desk.label(gallery), disabled: desk.state.labeling !== "" }, desk.state.labeling || "Open in the label panel"),
      k("button", { onClick: () => desk.close() }, "Close")
    ),
    k(
      "div",
      { class: "wb-grid", role: "list" },
      gallery.images.map((image) => {
        const said = `${image.name}, ${image.true}, predicted ${image.predicted} ${share(image.score)}`;
        return k(
          "figure",
          { key: image.sample_id, role: "listitem", "data-sample": image.sample_id, "aria-label": said, title: said },
          k(Picture, { pictures, sample: image.sample_id, name: image.name, side: 72 }),
          k("figcaption", null, `${image.true} → ${image.predicted} ${share(image.score)}`)
        );
      })
    )
  );
}
function words(desk) {
  const { training, health, notice } = desk.state;
  if (health === "lost") return k("span", { class: "wb-warn" }, LOST);
  if (notice) return notice;
  if (training.run_id === void 0) return "waiting for a training";
  switch (training.state) {
    case "failed":
      return `failed: ${training.failure ?? ""}`;
    case "interrupted":
      return `interrupted; go on with: workbench resume ${training.run_id}`;
    case "silent":
      return "this training says nothing any more: its program has ended or hangs";
    case "stopped":
      return `stopped, tested and saved; go on with: workbench resume ${training.run_id}`;
    default:
      return training.state;
  }
}

// lib/training/desk.js
var LOOK_MS = 700;
var FOUND_WITHIN_MS = 5e3;
var Desk = class {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root @param {HTMLElement} below Where the label panel goes. */
  constructor(model, signal, root, below) {
    this.model = model;
    this.signal = signal;
    this.root = root;
    this.below = below;
    this.labelView = null;
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    this.state = { training: model.get("state"), gallery: null, health: "live", notice: "", problem: "", labeling: "" };
    hear(model, signal, { state: (training) => this.renew(training), trouble: (problem) => this.set({ problem }) });
    signal.addEventListener("abort", () => {
      this.close();
      this.labelView?.remove();
    });
  }
  /** @param {Partial<State>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    redraw(k(App, { desk: this }), this.root);
  }
  begin() {
    this.set({});
    watch(this, () => this.#look(), LOOK_MS);
  }
  /** @param {Training} training */
  renew(training) {
    if (JSON.stringify(training) === JSON.stringify(this.state.training)) return;
    if (training.run_id !== this.state.training.run_id) this.close();
    this.set({ training, notice: training.state === "training" ? this.state.notice : "" });
  }
  async #look() {
    this.renew((await this.link.call("look")).value);
  }
  async stop() {
    try {
      this.set({ notice: "Asking for a stop …", problem: "" });
      this.set({ notice: (await this.link.call("stop")).value });
    } catch (error) {
      this.set({ notice: "", problem: message(error) });
    }
  }
  /** Show the images of a cell of the matrix, or the mistakes. @param {any} which @param {string} title */
  async show(which, title) {
    try {
      const { value, buffers } = await this.link.call("images", which);
      this.close();
      const url = value.sheet ? URL.createObjectURL(new Blob([
        /** @type {any} */
        buffers[0]
      ], { type: value.sheet.type })) : "";
      this.set({ gallery: { ...value, which, title, url }, problem: "" });
      this.#bringUp();
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
  /** Scroll the panel, not the notebook, to the gallery. */
  #bringUp() {
    const scroller = this.root.querySelector(".wb-scroll");
    const images = this.root.querySelector(".wb-images");
    if (scroller && images) scroller.scrollTop += images.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  }
  /** Open all images of the gallery in a label panel below, to correct their labels. @param {Gallery} gallery */
  async label(gallery) {
    try {
      this.set({ labeling: "Opening the label panel …", problem: "" });
      const id = (await this.link.call("label", { ...gallery.which, about: gallery.title })).value;
      if (!this.labelView) {
        const manager = (
          /** @type {any} */
          this.model.widget_manager
        );
        this.labelView = await manager.create_view(await found(manager, id), {});
        this.below.append(this.labelView.el);
      }
      this.set({ labeling: "" });
      this.below.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.set({ labeling: "", problem: message(error) });
    }
  }
  close() {
    if (this.state.gallery?.url) URL.revokeObjectURL(this.state.gallery.url);
    this.set({ gallery: null });
  }
};
async function found(manager, id) {
  const until = performance.now() + FOUND_WITHIN_MS;
  while (!manager.has_model(id)) {
    if (performance.now() > until) throw new Error("This notebook does not show one panel below another: run LabelPanel(theme, samples=...) in a cell.");
    await new Promise((done) => setTimeout(done, 50));
  }
  return manager.get_model(id);
}

// lib/training/main.js
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-training", "Training panel");
  keepKeys(root);
  const below = document.createElement("div");
  view.el.append(below);
  const desk = new Desk(model, signal, root, below);
  desk.begin();
  return () => {
    close();
    below.remove();
  };
}
var main_default = { render };
export {
  main_default as default
};
