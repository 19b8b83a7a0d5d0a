/* Built from widgets/lib/boxes by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

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
function percent(part, whole) {
  if (whole <= 0) return 0;
  return part >= whole ? 100 : Math.min(99, Math.round(100 * part / whole));
}

// lib/boxes/keys.js
var HELP = [
  ["drag on the image", "draw a box with the chosen label"],
  ["drag a box, its edges or corners", "move it, change its size"],
  ["1 – 9, 0", "choose a label; boxes drawn from now on get it"],
  ["C", "give the selected box the chosen label"],
  ["Tab, Shift+Tab", "select the next or previous box"],
  ["W A S D", "move the selected box by a pixel, with Shift by ten"],
  ["Q E, F R", "make it narrower or wider, lower or higher"],
  ["Delete, Backspace", "delete the selected box"],
  ["Enter", "submit: the boxes are complete; go on to the next undecided image"],
  ["Space", "skip: set an image without boxes aside"],
  ["U, Ctrl+Z", "undo the last act, also after a restart"],
  ["Left, Right", "the image before and after"],
  ["Escape", "leave the image, so that the keys are the notebook's again"],
  ["?", "this list"]
];
var ACTS = {
  Enter: "submit",
  " ": "skip",
  u: "undo",
  "?": "help",
  ArrowRight: "next",
  ArrowLeft: "previous",
  Backspace: "delete"
};
function actOf(press) {
  if (press.altKey) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.ctrlKey || press.metaKey) return key === "z" && !press.shiftKey ? "undo" : null;
  if (press.shiftKey && press.key !== "?") return null;
  return ACTS[key] ?? null;
}

// lib/boxes/app.js
function App({ desk, stage }) {
  return [
    k(Bar, { desk }),
    desk.get("heading").theme && k(Tools, { desk }),
    k(
      "div",
      { class: "wb-browse" },
      desk.get("heading").theme && k(Side, { desk }),
      // The drawing area is not Preact's: it is put there once.
      k("div", { class: "wb-main", ref: (host) => {
        if (host && stage.parentElement !== host) host.append(stage);
      } })
    ),
    k(Conflict, { desk }),
    k(Status, { desk }),
    desk.help && k(Help, { desk })
  ];
}
function Bar({ desk }) {
  const heading = desk.get("heading");
  const themes = desk.get("themes");
  const { theme, samples = 0, submitted = 0, skipped = 0, boxes = 0 } = heading;
  return k(
    "div",
    { class: "wb-bar" },
    themes.length > 1 || themes.length === 1 && themes[0] !== theme ? k(
      "select",
      { "aria-label": "Theme", value: theme ?? "", onChange: (event) => desk.ask("theme", { theme: event.target.value }) },
      !themes.includes(theme) && k("option", { value: theme ?? "" }, theme ?? "choose a theme"),
      themes.map((name) => k("option", { key: name, value: name }, name))
    ) : k("b", null, theme ?? "Boxes"),
    theme && [
      k("span", { class: "wb-number", "data-count": "progress" }, `${number(submitted)} of ${plural(samples, "image")} done`),
      k(
        "span",
        { class: "wb-progress", role: "progressbar", "aria-label": "Done", "aria-valuenow": percent(submitted, samples), "aria-valuemin": 0, "aria-valuemax": 100 },
        k("span", { style: { width: `${samples > 0 ? 100 * submitted / samples : 0}%` } })
      ),
      k("span", { class: "wb-number wb-faint" }, `${number(skipped)} skipped, ${plural(boxes, "box", "boxes")}`)
    ],
    k("span", { class: "wb-grow" }),
    theme && k(
      "label",
      { class: "wb-annotator" },
      k("span", { class: "wb-faint" }, "annotator "),
      k("input", {
        type: "text",
        size: 10,
        maxLength: 100,
        value: heading.annotator,
        title: "The name that is recorded with each of your boxes",
        onChange: (event) => desk.ask("annotator", { annotator: event.target.value })
      })
    ),
    theme && k("button", { type: "button", title: "Undo the last act (U)", onClick: () => desk.ask("undo") }, "Undo"),
    k("button", { type: "button", "aria-label": "Show the keys", title: "Show the keys (?)", onClick: () => {
      desk.help = true;
      desk.draw();
    } }, "?")
  );
}
function Tools({ desk }) {
  const { name, position, samples, among } = desk.get("heading");
  return k(
    "div",
    { class: "wb-tools" },
    k("button", { type: "button", "aria-label": "Image before", title: "Image before (Left)", onClick: () => desk.ask("previous") }, "‹"),
    k("button", { type: "button", "aria-label": "Image after", title: "Image after (Right)", onClick: () => desk.ask("next") }, "›"),
    k(
      "select",
      { "aria-label": "Step through", value: among, onChange: (event) => desk.ask("among", { among: event.target.value }) },
      [["all", "all images"], ["undecided", "undecided"], ["done", "done"], ["skipped", "skipped"]].map(([value, words]) => k("option", { key: value, value }, words))
    ),
    k(
      "label",
      { class: "wb-number" },
      k("input", {
        type: "number",
        class: "wb-goto",
        min: 1,
        max: samples,
        value: position,
        "aria-label": "Go to image",
        onChange: (event) => desk.ask("go", { position: Number(event.target.value) })
      }),
      ` of ${number(samples)}`
    ),
    k("b", { class: "wb-grow wb-ellipsis", "data-name": "", title: name }, name),
    k("button", { type: "button", title: "Set it aside (Space)", onClick: () => desk.ask("skip") }, "Skip"),
    k("button", { type: "button", class: "wb-primary", title: "The boxes are complete (Enter)", onClick: () => desk.ask("submit") }, "Submit")
  );
}
function Side({ desk }) {
  const here = desk.surface.boxes;
  const perLabel = desk.get("per_label");
  const colors = desk.get("colors");
  return k(
    "div",
    { class: "wb-side" },
    k("div", { class: "wb-head" }, k("span", null, "Labels"), k("span", { title: "Boxes on this image, and on all" }, "here · all")),
    desk.get("classes").map(
      (name, index) => k(
        "button",
        {
          type: "button",
          key: name,
          class: `wb-facet${desk.surface.get("label") === name ? " wb-on" : ""}`,
          "data-label": name,
          "aria-pressed": desk.surface.get("label") === name,
          title: `Draw boxes of ${name}`,
          onClick: () => desk.surface.choose(name)
        },
        k("span", { class: "wb-key" }, index < 10 ? String((index + 1) % 10) : ""),
        k("span", { class: "wb-swatch", style: { background: colors[index % colors.length] } }),
        k("span", { class: "wb-ellipsis wb-grow" }, name),
        k("span", { class: "wb-number" }, number(here.filter((box) => box.label === name).length)),
        k("span", { class: "wb-number wb-faint wb-total" }, number(perLabel[name] ?? 0))
      )
    ),
    k("p", { class: "wb-faint wb-hint" }, "Drag to draw a box. C gives the selected box the chosen label, Delete removes it. ? lists all keys.")
  );
}
function Conflict({ desk }) {
  const mine = desk.get("conflict").boxes;
  if (!mine) return null;
  return k(
    "div",
    { class: "wb-conflict", role: "alert" },
    k("span", null, `Somebody else changed this image meanwhile; your ${plural(mine.length, "box", "boxes")} ${mine.length === 1 ? "was" : "were"} not saved. Theirs are shown.`),
    k("button", { type: "button", onClick: () => desk.ask("insist") }, `Use mine (${number(mine.length)})`),
    k("button", { type: "button", onClick: () => desk.ask("yield") }, "Keep theirs")
  );
}
function Status({ desk }) {
  const warn = desk.health === "live" ? "" : "wb-warn";
  return k(
    "div",
    { class: "wb-status" },
    k("span", { class: warn, "data-health": desk.health, role: "status" }, health(desk)),
    k("span", { class: "wb-faint wb-grow", "data-said": "", role: "status" }, desk.get("status"))
  );
}
function health(desk) {
  const unsaved = desk.waiting.filter((message) => message.boxes).length;
  const wait = unsaved ? `${number(unsaved)} waiting` : "saved";
  const then = desk.journal.safe ? ", and what you drew is saved" : "; this browser keeps nothing, so draw it again";
  if (desk.health === "lost") return `${wait} · the kernel was restarted: run the cell again${unsaved ? then : ""}`;
  return desk.health === "busy" ? `${wait} · kernel busy` : wait;
}
function Help({ desk }) {
  const close = () => {
    desk.help = false;
    desk.draw();
    desk.focus?.();
  };
  return k(
    "div",
    { class: "wb-veil", onMouseDown: (event) => event.target === event.currentTarget && close() },
    k(
      "div",
      { class: "wb-dialog wb-wide", role: "dialog", "aria-modal": "true", "aria-label": "Keys" },
      k("h3", null, "Keys"),
      k("div", { class: "wb-dialog-body" }, k("table", null, k("tbody", null, HELP.map(([keys, does]) => k("tr", { key: keys }, k("th", { scope: "row" }, keys), k("td", null, does)))))),
      k("div", { class: "wb-row wb-right" }, k("button", { type: "button", onClick: close }, "Close"))
    )
  );
}

// lib/label/journal.js
var counter = 0;
function newKey() {
  counter += 1;
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now().toString(36)}-${counter}-${random[0].toString(36)}${random[1].toString(36)}`;
}
function browserShelf() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
var Journal = class {
  /** @param {Shelf | null} shelf null keeps nothing. @param {string} place Names the store and theme that the entries belong to. */
  constructor(shelf, place) {
    this.shelf = shelf;
    this.prefix = `workbench/journal/${place}/`;
    this.safe = shelf !== null;
  }
  /** @param {Entry} entry */
  add(entry) {
    try {
      this.shelf?.setItem(this.prefix + entry.key, JSON.stringify(entry));
    } catch {
      this.safe = false;
    }
  }
  /** @param {string} key */
  remove(key) {
    this.shelf?.removeItem(this.prefix + key);
  }
  /** All entries in the order in which they were made; unreadable ones are passed over. @returns {Entry[]} */
  entries() {
    const found = [];
    if (!this.shelf) return found;
    for (let index = 0; index < this.shelf.length; index += 1) {
      const name = this.shelf.key(index);
      if (!name?.startsWith(this.prefix)) continue;
      try {
        found.push(JSON.parse(this.shelf.getItem(name) ?? ""));
      } catch {
      }
    }
    return found.sort((a2, b) => a2.order - b.order || (a2.key < b.key ? -1 : 1));
  }
};

// lib/boxes/surface.js
var OWN = ["bboxes", "selected_index", "label"];
var Surface = class {
  /** @param {Model} model @param {(boxes: DrawnBox[]) => void} onDrawn @param {() => void} onChange */
  constructor(model, onDrawn, onChange) {
    this.model = model;
    this.onDrawn = onDrawn;
    this.onChange = onChange;
    this.released = false;
    this.told = "";
    this.values = { selected_index: -1, label: model.get("label"), bboxes: copied(model.get("bboxes")) };
    this.listeners = /* @__PURE__ */ new Map();
    this.told = JSON.stringify(this.values.bboxes);
  }
  /** @returns {DrawnBox[]} */
  get boxes() {
    return copied(this.values.bboxes);
  }
  /** Show what the kernel says is on the image, or other boxes. @param {DrawnBox[]} [boxes] */
  reset(boxes) {
    this.#put("selected_index", -1);
    this.#put("bboxes", copied(boxes ?? this.model.get("bboxes")));
    this.told = JSON.stringify(this.values.bboxes);
  }
  /** @param {string} label */
  choose(label) {
    this.#put("label", label);
  }
  /** @param {string} name @param {any} value */
  #put(name, value) {
    this.values[name] = value;
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
    this.onChange();
  }
  /** @param {string} name */
  get(name) {
    return OWN.includes(name) ? this.values[name] : this.model.get(name);
  }
  /**
   * The drawing area sets boxes silently, then aloud, when the mouse is let go; only then is one without area a slip
   * of the hand and not one that is about to be drawn.
   * @param {string} name @param {any} value @param {{silent?: boolean}} [options]
   */
  set(name, value, options) {
    if (!OWN.includes(name)) return this.model.set(name, value);
    if (options?.silent) {
      this.released = true;
      return;
    }
    if (name !== "bboxes") return this.#put(name, value);
    const boxes = this.released ? value.filter(hasArea) : value;
    this.released = false;
    this.#put(name, boxes);
    const text = JSON.stringify(boxes);
    if (text === this.told || !boxes.every(hasArea)) return;
    this.told = text;
    this.onDrawn(this.boxes);
  }
  /** Nothing of what is drawn is synced as a trait. */
  save_changes() {
  }
  /** The frame has its own buttons and keys for what the drawing area would send. */
  send() {
  }
  /** @param {string} event @param {() => void} callback */
  on(event, callback) {
    if (!OWN.includes(event.replace("change:", ""))) return this.model.on(event, callback);
    if (!this.listeners.has(event)) this.listeners.set(event, /* @__PURE__ */ new Set());
    this.listeners.get(event)?.add(callback);
  }
  /** @param {string} event @param {() => void} callback */
  off(event, callback) {
    this.listeners.get(event)?.delete(callback);
    this.model.off(event, callback);
  }
};
function hasArea(box) {
  return box.width > 0 && box.height > 0;
}
function copied(boxes) {
  return (boxes ?? []).map(({ label, x: x2, y: y2, width, height }) => ({ label, x: x2, y: y2, width, height }));
}

// lib/boxes/desk.js
var OVERDUE_MS = 1500;
var AGAIN_MS = 6e3;
var Desk = class {
  /** @param {Model} model @param {AbortSignal} signal @param {() => void} draw */
  constructor(model, signal, draw) {
    this.model = model;
    this.draw = draw;
    this.surface = new Surface(model, (boxes) => this.#drawn(boxes), draw);
    this.waiting = [];
    this.health = "live";
    this.help = false;
    this.painted = false;
    this.timers = [0, 0];
    this.refused = /* @__PURE__ */ new Set();
    this.labelIds = /* @__PURE__ */ new Map();
    this.#learnLabels();
    this.focus = null;
    this.journal = this.#openJournal();
    const on = (event, callback) => {
      model.on(event, callback);
      signal.addEventListener("abort", () => model.off(event, callback));
    };
    on("change:label_ids", () => this.#learnLabels());
    on("change:shown", () => this.#show());
    on("change:image_bytes", () => {
      this.painted = false;
    });
    on("change:kept", () => this.#kept(model.get("kept")));
    on("change:refused", () => this.#refuse(model.get("refused")));
    on("change:heading", () => this.#followTheme());
    on("comm_live_update", () => this.#turn("lost"));
    for (const trait of ["heading", "status", "per_label", "conflict", "classes", "themes"]) on(`change:${trait}`, draw);
    signal.addEventListener("abort", () => this.timers.forEach(clearTimeout));
  }
  /** @param {string} name */
  get(name) {
    return this.model.get(name);
  }
  /** Send what an earlier page or kernel left unsaved. */
  recover() {
    for (const entry of this.journal.entries()) this.#send({ .../** @type {any} */
    entry, type: "recover" });
  }
  /** @param {Exclude<Act, "help" | "delete"> | "go" | "among" | "theme" | "annotator" | "insist" | "yield"} type @param {any} [more] */
  ask(type, more = {}) {
    if ((type === "submit" || type === "skip") && !this.painted) return;
    const message = { ...this.#stamped(type), ...more };
    if (type === "submit") Object.assign(message, this.#image(this.surface.boxes, message.sample));
    this.#send(message);
  }
  /** Labels that are called otherwise now; the chosen one stays chosen. */
  #learnLabels() {
    const [names, ids] = [this.model.get("classes") ?? [], this.model.get("label_ids") ?? []];
    const chosen = this.labelIds.get(this.surface.get("label"));
    names.forEach((name, index) => this.labelIds.set(name, ids[index]));
    if (chosen !== void 0 && !names.includes(this.surface.get("label"))) this.surface.choose(names[ids.indexOf(chosen)] ?? names[0]);
  }
  /** Show what the kernel says is on the image, or what a person drew there and it could not save. */
  #show() {
    const unsaved = this.waiting.findLast((message) => message.sample === this.model.get("sample") && this.refused.has(message.key));
    this.surface.reset(unsaved?.boxes);
  }
  /** @param {DrawnBox[]} boxes */
  #drawn(boxes) {
    const message = this.#stamped("draw");
    const entry = { ...message, ...this.#image(boxes, message.sample) };
    this.journal.add(
      /** @type {any} */
      entry
    );
    for (const older of this.waiting) if (older.sample === entry.sample && older.type !== "submit") this.journal.remove(older.key);
    this.#send(entry);
  }
  /** @param {string} type @returns {Message} */
  #stamped(type) {
    return { key: newKey(), order: Date.now(), type, sample: this.model.get("sample") };
  }
  /** @param {DrawnBox[]} boxes @param {number} sample */
  #image(boxes, sample) {
    const earlier = this.waiting.filter((message) => message.sample === sample).map((message) => message.key);
    const named = boxes.map((box) => ({ ...box, label_id: this.labelIds.get(box.label) ?? null }));
    return { boxes: named, seen: this.model.get("state"), earlier };
  }
  /** @param {Message} message */
  #send(message) {
    this.waiting.push(message);
    if (this.health !== "lost") this.model.send(message);
    this.#watch();
    this.draw();
  }
  /**
   * This message has been dealt with, and whatever was asked before it. Boxes that were drawn before it have not, unless
   * they are of the same image: the kernel passes over what it cannot save. @param {string} key
   */
  #kept(key) {
    const at = this.waiting.findIndex((message) => message.key === key);
    if (at < 0) return;
    const done = this.waiting[at];
    const unsaved = this.waiting.filter(
      (message, index) => index > at || index < at && message.boxes && !(done.boxes && message.sample === done.sample)
    );
    for (const message of this.waiting) if (!unsaved.includes(message)) this.journal.remove(message.key);
    this.waiting = unsaved;
    this.#turn("live");
    this.#watch();
    this.draw();
  }
  /** This drawing stays here until its image gets other boxes, or the label comes back. @param {string} key */
  #refuse(key) {
    this.refused.add(key);
    if (this.waiting.some((message) => message.key === key && message.type === "recover")) this.#show();
    this.#turn("live");
    this.draw();
  }
  /** Say so when an answer is overdue, and tell the kernel again: it takes each drawing once. */
  #watch() {
    this.timers.forEach(clearTimeout);
    if (this.waiting.length === 0 || this.health === "lost") return;
    this.timers = [
      setTimeout(() => this.waiting.some(({ key }) => !this.refused.has(key)) && this.#turn("busy"), OVERDUE_MS),
      setTimeout(() => {
        for (const message of this.waiting) if (message.boxes) this.model.send({ ...message, type: "draw" });
        this.#watch();
      }, AGAIN_MS)
    ];
  }
  /** @param {Health} health */
  #turn(health2) {
    if (this.health === health2 || this.health === "lost") return;
    this.health = health2;
    this.draw();
  }
  #openJournal() {
    this.theme = this.model.get("heading").theme;
    return new Journal(browserShelf(), `boxes/${this.model.get("place")}/${this.theme}`);
  }
  #followTheme() {
    if (this.model.get("heading").theme === this.theme) return;
    this.journal = this.#openJournal();
    this.recover();
  }
};

// lib/boxes/fit.js
var LARGEST = 8;
function fit(image, room) {
  const scale = Math.min(room.width / image.width, room.height / image.height, LARGEST);
  return { width: Math.max(16, Math.floor(image.width * scale)), crisp: scale >= 3 };
}

// lib/boxes/main.js
async function render({ model, el, signal }) {
  const ends = new AbortController();
  signal?.addEventListener("abort", () => ends.abort());
  const root = document.createElement("div");
  root.className = "wb-label wb-boxes";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Box panel");
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  const style = document.createElement("style");
  style.textContent = model.get("inner_style");
  const frame = document.createElement("div");
  frame.className = "wb-boxes-frame";
  root.append(style, frame);
  el.append(root);
  const stage = document.createElement("div");
  stage.className = "wb-boxes-drawing";
  const desk = new Desk(model, ends.signal, () => {
    if (ends.signal.aborted) return;
    root.dataset.sample = String(model.get("sample"));
    Q(k(App, { desk, stage }), frame);
  });
  desk.focus = () => {
    const target = stage.querySelector("[tabindex]");
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  };
  listen(root, stage, desk, ends.signal);
  desk.draw();
  const url = URL.createObjectURL(new Blob([model.get("inner_module")], { type: "text/javascript" }));
  const inner = await import(url);
  URL.revokeObjectURL(url);
  if (ends.signal.aborted) return;
  const close = await inner.default.render({ model: desk.surface, el: stage });
  showWhole(stage, desk, ends.signal);
  followMouse(stage, ends.signal);
  desk.focus();
  desk.recover();
  return () => {
    ends.abort();
    close?.();
    Q(null, frame);
    root.remove();
  };
}
function showWhole(stage, desk, signal) {
  const image = stage.querySelector("img");
  if (!image) return;
  const resize = () => {
    if (!image.naturalWidth) return;
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    const { width, crisp } = fit(size, { width: stage.clientWidth - 40, height: stage.clientHeight - 40 });
    image.style.width = `${width}px`;
    image.style.imageRendering = crisp ? "pixelated" : "";
  };
  const painted = () => {
    resize();
    desk.painted = true;
  };
  image.addEventListener("load", painted, { signal });
  image.addEventListener("error", () => {
    desk.painted = true;
  }, { signal });
  if (image.complete && image.naturalWidth) painted();
  const watch = new ResizeObserver(resize);
  watch.observe(stage);
  signal.addEventListener("abort", () => watch.disconnect());
}
function followMouse(stage, signal) {
  let dragging = false;
  stage.addEventListener("mousedown", (event) => {
    dragging = event.button === 0 && event.target instanceof Element && event.target.closest("svg") !== null;
  }, { capture: true, signal });
  for (
    const name of
    /** @type {const} */
    ["mousemove", "mouseup"]
  ) {
    document.addEventListener(name, (event) => {
      const svg = stage.querySelector("svg");
      if (!dragging) return;
      if (name === "mouseup") dragging = false;
      if (svg && event.target instanceof Node && !svg.contains(event.target)) svg.dispatchEvent(new MouseEvent(name, event));
    }, { capture: true, signal });
  }
}
function listen(root, stage, desk, signal) {
  root.addEventListener(
    "keydown",
    (event) => {
      if (passes(event)) {
        event.stopPropagation();
        if (!root.parentElement?.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
        return;
      }
      if (desk.help && event.key === "Escape") {
        desk.help = false;
        desk.draw();
        desk.focus?.();
        return;
      }
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (typing) {
        if (event.key === "Escape" || event.key === "Enter") queueMicrotask(() => desk.focus?.());
        return;
      }
      const act = event.target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key) ? null : actOf(event);
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.repeat && (act === "submit" || act === "skip")) return;
      if (act === "help") {
        desk.help = true;
        desk.draw();
      } else if (act === "delete") {
        stage.querySelector("[tabindex]")?.dispatchEvent(new KeyboardEvent("keydown", { code: "Delete", key: "Delete" }));
      } else desk.ask(act);
    },
    { capture: true, signal }
  );
  root.addEventListener("keydown", (event) => event.stopPropagation(), { signal });
  root.addEventListener("click", (event) => {
    if (event.target instanceof HTMLElement && event.target.closest("button") && !desk.help) desk.focus?.();
  }, { signal });
}
var main_default = { render };
export {
  main_default as default
};
