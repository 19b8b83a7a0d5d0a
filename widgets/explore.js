/* Built from widgets/lib/explore by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

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
   * @param {{onHealth?: (health: Health) => void, lead?: () => {method: string, params: any} | null, onLead?: (answer: Answer) => void, onLeadFailed?: (error: Error) => void}} [hooks]
   *   `lead` is asked for one call to put before all others whenever a message leaves; `onLead` gets its answer.
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
    this.closed = false;
    const receive = (content, buffers) => this.#receive(content, buffers);
    const lose = () => this.#lose();
    model.on("msg:custom", receive);
    model.on("comm_live_update", lose);
    signal.addEventListener("abort", () => {
      this.closed = true;
      clearTimeout(this.overdue);
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
    if (this.waking || this.flight || this.closed || this.health === "lost") return;
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
    this.wake();
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

// lib/explore/draft.js
var SPLITS = (
  /** @type {Split[]} */
  ["train", "valid", "test"]
);
var NESTED = /* @__PURE__ */ new Set(["transforms", "first", "second"]);
var keys = 0;
function entryOf(specification) {
  keys += 1;
  if (typeof specification === "string") return { name: specification, args: {}, nested: {}, bare: true, off: false, key: keys };
  const [name, given] = Object.entries(specification)[0];
  const args = {};
  const nested = {};
  const key = keys;
  for (const [argument, value] of Object.entries(given ?? {})) {
    if (NESTED.has(argument) && Array.isArray(value)) {
      nested[argument] = value.map(entryOf);
      args[argument] = null;
    } else args[argument] = value;
  }
  return { name, args, nested, bare: given === null, off: false, key };
}
function idle(entry) {
  return entry.off || Object.values(entry.nested).some((inner) => inner.every(idle));
}
function specificationOf(entry) {
  const names = Object.keys(entry.args);
  if (names.length === 0) return entry.bare ? entry.name : { [entry.name]: {} };
  const given = {};
  for (const name of names) {
    given[name] = name in entry.nested ? entry.nested[name].filter((inner) => !idle(inner)).map(specificationOf) : entry.args[name];
  }
  return { [entry.name]: given };
}
function draftOf(file) {
  const augmentation = { ...file.augmentation ?? {} };
  const lists = {};
  for (const split of SPLITS) lists[split] = (augmentation[split] ?? []).map(entryOf);
  return { data: { ...file, augmentation }, lists };
}
function fileOf(draft) {
  const augmentation = { ...draft.data.augmentation };
  for (const split of SPLITS) {
    const list = draft.lists[split].filter((entry) => !idle(entry)).map(specificationOf);
    if (split in augmentation || list.length > 0) augmentation[split] = augmentation[split] === null && list.length === 0 ? null : list;
  }
  const file = { ...draft.data, augmentation };
  if (Object.keys(augmentation).length === 0) delete file.augmentation;
  return file;
}
function countOff(draft) {
  const count = (entries) => entries.reduce((sum2, entry) => sum2 + (entry.off ? 1 : 0) + count(Object.values(entry.nested).flat()), 0);
  return SPLITS.reduce((sum2, split) => sum2 + count(draft.lists[split]), 0);
}
function setValue(draft, path, value) {
  return { ...draft, data: put(draft.data, path, value) };
}
function put(node, [first, ...rest], value) {
  return { ...node ?? {}, [first]: rest.length ? put(node?.[first], rest, value) : value };
}
function stepOrder(draft, known) {
  const present = Object.keys(draft.data.preprocessing ?? {});
  return [...present, ...known.filter((name) => !present.includes(name))];
}
function stepIsOn(draft, name) {
  const steps = draft.data.preprocessing ?? {};
  if (!(name in steps)) return name === "resize";
  return steps[name] !== null && steps[name]?.enabled !== false;
}
function switchStep(draft, name, on) {
  return setValue(draft, ["preprocessing", name], { ...draft.data.preprocessing?.[name] ?? {}, enabled: on });
}
function moveStep(draft, name, by, known) {
  const steps = draft.data.preprocessing ?? {};
  const order = moved(stepOrder(draft, known), stepOrder(draft, known).indexOf(name), by);
  const preprocessing = {};
  for (const step of order) if (step in steps || step === name) preprocessing[step] = steps[step] ?? { enabled: stepIsOn(draft, step) };
  return { ...draft, data: { ...draft.data, preprocessing } };
}
function moved(list, index, by) {
  const to = index + by;
  if (index < 0 || to < 0 || to >= list.length) return list;
  const result = [...list];
  [result[index], result[to]] = [result[to], result[index]];
  return result;
}
function changeList(draft, path, change) {
  const [split, ...rest] = path;
  const walk = (list, left) => {
    const index = Number(left[0]);
    if (left.length === 1) return change(list, index);
    const name = String(left[1]);
    return list.map(
      (entry, number2) => number2 === index ? { ...entry, nested: { ...entry.nested, [name]: walk(entry.nested[name], left.slice(2)) } } : entry
    );
  };
  const key = (
    /** @type {Split} */
    split
  );
  return { ...draft, lists: { ...draft.lists, [key]: walk(draft.lists[key], rest) } };
}
function changeEntry(draft, path, values) {
  return changeList(draft, path, (list, index) => list.map((entry, number2) => number2 === index ? { ...entry, ...values } : entry));
}
function setArgument(draft, path, argument, value) {
  return changeList(
    draft,
    path,
    (list, index) => list.map((entry, number2) => {
      if (number2 !== index) return entry;
      const args = { ...entry.args, [argument]: value };
      if (value === void 0) delete args[argument];
      return { ...entry, args };
    })
  );
}
function moveEntry(draft, path, by) {
  return changeList(draft, path, (list, index) => moved(list, index, by));
}
function removeEntry(draft, path) {
  return changeList(draft, path, (list, index) => list.filter((_2, number2) => number2 !== index));
}
function addEntry(draft, split, name, known) {
  const args = {};
  for (const argument of known) {
    if (argument.name === "p" && typeof argument.default === "number") args.p = argument.default;
    else if (argument.required && !NESTED.has(argument.name)) args[argument.name] = guess(argument.name, draft.data.image?.size);
  }
  const nested = known.filter((argument) => argument.required && NESTED.has(argument.name)).map((argument) => argument.name);
  const entry = entryOf({ [name]: Object.keys(args).length || nested.length ? args : null });
  for (const argument of nested) {
    entry.nested[argument] = [];
    entry.args[argument] = null;
  }
  return { ...draft, lists: { ...draft.lists, [split]: [...draft.lists[split], entry] } };
}
function guess(name, imageSize) {
  const [height, width] = Array.isArray(imageSize) ? imageSize : [imageSize ?? 32, imageSize ?? 32];
  if (name === "size") return [height, width];
  if (name === "height") return height;
  if (name === "width" || name.startsWith("max_size")) return width;
  if (name === "degrees") return 15;
  if (name === "kernel_size") return 3;
  if (name === "dtype") return "float32";
  return 0.5;
}

// lib/explore/pictures.js
function loadPictures(buffers, value) {
  const types = typesOf(value);
  return Promise.all(
    buffers.map(async (buffer, index) => {
      const part = (
        /** @type {BlobPart} */
        /** @type {unknown} */
        buffer
      );
      const url = URL.createObjectURL(new Blob([part], { type: types.get(index) ?? "image/png" }));
      const image = new Image();
      image.src = url;
      await image.decode().catch(() => void 0);
      return { url };
    })
  );
}
function typesOf(value, found = /* @__PURE__ */ new Map()) {
  if (value && typeof value === "object") {
    if (typeof value.buffer === "number" && typeof value.type === "string") found.set(value.buffer, value.type);
    else for (const inner of Object.values(value)) typesOf(inner, found);
  }
  return found;
}

// lib/explore/desk.js
var SETTLED_MS = 250;
var WAIT_SHOWN_MS = 300;
var Desk = class {
  /** @param {Model} model @param {AbortSignal} signal @param {HTMLElement} root @param {any} App */
  constructor(model, signal, root, App2) {
    this.root = root;
    this.signal = signal;
    this.App = App2;
    this.state = {
      theme: "",
      labels: [],
      boxed: false,
      of: "images",
      steps: {},
      libraries: [],
      draft: null,
      saved: "",
      digest: "",
      past: [],
      rows: [],
      rowPictures: [],
      total: 0,
      label: null,
      split: "",
      search: "",
      sample: null,
      view: "steps",
      edited: "train",
      seed: 0,
      count: 11,
      intent: "",
      answer: null,
      pictures: [],
      problem: "",
      notice: "",
      survey: null,
      surveyPictures: [],
      surveying: false,
      names: {},
      args: {},
      health: "live",
      waiting: false,
      keys: false,
      yaml: "",
      askReload: false
    };
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    this.asking = false;
    this.again = false;
    this.since = 0;
    this.settle = 0;
    this.moving = false;
    this.againQuick = false;
    this.stash = {};
    this.searching = 0;
    signal.addEventListener("abort", () => {
      clearTimeout(this.settle);
      clearTimeout(this.searching);
      for (const shown2 of [...this.state.pictures, ...this.state.rowPictures, ...this.state.surveyPictures]) URL.revokeObjectURL(shown2.url);
    });
  }
  /** @param {Partial<State>} change */
  set(change) {
    if (this.signal.aborted) return;
    this.state = { ...this.state, ...change };
    Q(k(this.App, { desk: this }), this.root);
  }
  /** @param {string} method @param {any} [params] */
  call(method, params) {
    return this.link.call(method, params);
  }
  async begin() {
    try {
      const [{ value: theme }, { value: read }] = await Promise.all([this.call("open"), this.call("read")]);
      this.#take(read);
      this.set(theme);
      await this.list(0);
      if (this.state.rows.length) this.choose(this.state.rows[0]);
      else this.set({ notice: "This theme has no images yet. Import some, then run this cell again." });
      this.learn();
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
  /** @param {any} read What the file holds. */
  #take(read) {
    const draft = draftOf(read.draft);
    this.set({ steps: read.steps, libraries: read.libraries, digest: read.digest, draft, saved: JSON.stringify(fileOf(draft)), past: [], problem: "" });
  }
  get changed() {
    return this.state.draft !== null && JSON.stringify(fileOf(this.state.draft)) !== this.state.saved;
  }
  get library() {
    return this.state.draft?.data.augmentation?.library ?? "albumentations";
  }
  /** Have the new draft shown; while a control moves, a quicker and coarser picture will do. @param {Draft} draft @param {boolean} [moving] */
  edit(draft, moving = false) {
    const { past, draft: before } = this.state;
    const last = past.at(-1);
    if (before && !(moving && this.moving) && last !== before) this.set({ past: [...past.slice(-49), before] });
    this.moving = moving;
    this.since ||= window.event?.timeStamp ?? performance.now();
    this.set({ draft, notice: "" });
    this.look(true);
    clearTimeout(this.settle);
    this.settle = setTimeout(() => {
      this.moving = false;
      this.look(false);
    }, SETTLED_MS);
  }
  /** Each library keeps its own transforms while the panel is open: their names mean nothing to the other. @param {string} library */
  switchLibrary(library) {
    const { draft } = this.state;
    if (!draft || library === this.library) return;
    this.stash[this.library] = draft.lists;
    const lists = this.stash[library] ?? { train: [], valid: [], test: [] };
    this.edit(setValue({ ...draft, lists }, ["augmentation", "library"], library));
    this.learn();
  }
  undo() {
    const draft = this.state.past.at(-1);
    if (!draft) return;
    this.set({ draft, past: this.state.past.slice(0, -1), notice: "Took the last change back." });
    this.look();
    this.learn();
  }
  /** Ask for the current view; while one answer is awaited, later wishes become one. @param {boolean} [quick] */
  async look(quick = false) {
    const { draft, sample, view } = this.state;
    if (!draft || view === "data" || view !== "batch" && !sample) return;
    if (this.asking) {
      this.again = true;
      this.againQuick = quick;
      return;
    }
    this.asking = true;
    const since = this.since;
    this.since = 0;
    const wait = setTimeout(() => this.set({ waiting: true }), WAIT_SHOWN_MS);
    try {
      const { seed, edited: split, intent, of } = this.state;
      const count = view === "batch" ? 32 : this.state.count;
      const params = { draft: fileOf(draft), sample: sample?.id, of, view, seed, count, split, intent, quick };
      const { value, buffers } = await this.call(view === "batch" ? "batch" : "look", params);
      const pictures = await loadPictures(buffers, value);
      const old = this.state.pictures;
      if (view === this.state.view) this.set({ answer: { ...value, view }, pictures, problem: "" });
      for (const shown2 of old) URL.revokeObjectURL(shown2.url);
      if (since) requestAnimationFrame(() => setTimeout(() => {
        this.root.dataset.redrawMs = String(Math.round(performance.now() - since));
      }));
    } catch (error) {
      this.set({ problem: message(error) });
    } finally {
      clearTimeout(wait);
      this.asking = false;
      this.set({ waiting: false });
      if (this.again) {
        this.again = false;
        this.look(this.againQuick);
      }
    }
  }
  /** @param {import("./desk.js").Row} row */
  choose(row) {
    this.set({ sample: row });
    this.look();
  }
  /** Go to the next or previous sample of the list. @param {1 | -1} by */
  async step(by) {
    const { rows, sample, total } = this.state;
    const at = rows.findIndex((row2) => row2.id === sample?.id) + by;
    if (at >= rows.length && rows.length < total) await this.list(rows.length);
    const row = this.state.rows[at];
    if (row) this.choose(row);
    this.root.querySelector(`[data-sample="${row?.id}"]`)?.scrollIntoView({ block: "nearest" });
  }
  /** List samples from an offset on; 0 begins anew. @param {number} offset */
  async list(offset) {
    const { label, split, search, of } = this.state;
    try {
      const { value, buffers } = await this.call("samples", { of, label, split, search, offset });
      const pictures = await loadPictures(buffers, value);
      if (offset === 0) for (const shown2 of this.state.rowPictures) URL.revokeObjectURL(shown2.url);
      const base = offset === 0 ? 0 : this.state.rowPictures.length;
      const rows = value.rows.map((row) => ({ ...row, picture: { ...row.picture, buffer: row.picture.buffer + base } }));
      this.set({
        rows: offset === 0 ? rows : [...this.state.rows, ...rows],
        rowPictures: offset === 0 ? pictures : [...this.state.rowPictures, ...pictures],
        total: value.total
      });
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
  /** @param {Partial<State>} filter */
  filter(filter) {
    this.set(filter);
    clearTimeout(this.searching);
    this.searching = setTimeout(() => this.list(0), "search" in filter ? 150 : 0);
  }
  /** Look at whole images, or at their boxes as training cuts them out. @param {"images" | "boxes"} of */
  async lookAt(of) {
    if (of === this.state.of) return;
    this.set({ of, sample: null, survey: null, answer: null });
    await this.list(0);
    if (this.state.rows.length) this.choose(this.state.rows[0]);
    if (this.state.view === "data") this.survey(true);
    else if (this.state.view === "batch") this.look();
  }
  /** @param {View} view */
  show(view) {
    if (view === this.state.view) return;
    this.set({ view, answer: null, problem: "" });
    if (view === "data") this.survey();
    else this.look();
  }
  reroll() {
    this.set({ seed: Math.floor(Math.random() * 1e6) });
    this.look();
  }
  /** Learn the names and arguments of the library's transforms. */
  async learn() {
    const { library } = this;
    const wanted = /* @__PURE__ */ new Set();
    const collect = (entries) => entries.forEach((entry) => {
      wanted.add(entry.name);
      Object.values(entry.nested).forEach(collect);
    });
    Object.values(this.state.draft?.lists ?? {}).forEach(collect);
    const known = this.state.args[library] ?? {};
    const transforms = [...wanted].filter((name) => !(name in known));
    try {
      if (!this.state.names[library]) {
        const { value } = await this.call("transforms", { library });
        this.set({ names: { ...this.state.names, [library]: value.names } });
      }
      if (transforms.length) await this.argumentsOf(transforms);
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
  /** @param {string[]} transforms */
  async argumentsOf(transforms) {
    const { library } = this;
    const { value } = await this.call("arguments", { library, transforms });
    this.set({ args: { ...this.state.args, [library]: { ...this.state.args[library], ...value.arguments } } });
    return value.arguments;
  }
  /** @param {boolean} [anew] */
  async survey(anew = false) {
    if (this.state.surveying || this.state.survey?.counts && !anew) return;
    this.set({ surveying: true, survey: null });
    try {
      for (; ; ) {
        const { value, buffers } = await this.call("survey", { anew, of: this.state.of });
        anew = false;
        const finished = value.done >= value.of;
        if (finished) this.set({ survey: value, surveyPictures: await loadPictures(buffers, value) });
        else this.set({ survey: value });
        if (finished || this.state.view !== "data" || this.signal.aborted) break;
      }
    } catch (error) {
      this.set({ problem: message(error) });
    } finally {
      this.set({ surveying: false });
    }
  }
  async save() {
    const { draft, digest } = this.state;
    if (!draft || !this.changed) return;
    try {
      const { value } = await this.call("save", { draft: fileOf(draft), digest });
      this.set({ digest: value.digest, saved: JSON.stringify(fileOf(draft)), notice: "Saved to auguments.yaml.", problem: "" });
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
  async reload() {
    try {
      const { value } = await this.call("read");
      this.#take(value);
      this.set({ notice: "Loaded auguments.yaml.", askReload: false });
      this.look();
      this.learn();
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
  async copy() {
    if (!this.state.draft) return;
    try {
      const { value } = await this.call("yaml", { draft: fileOf(this.state.draft) });
      try {
        await navigator.clipboard.writeText(value.yaml);
        this.set({ notice: "Copied as YAML." });
      } catch {
        this.set({ yaml: value.yaml });
      }
    } catch (error) {
      this.set({ problem: message(error) });
    }
  }
};
function message(error) {
  return error instanceof Error ? error.message : String(error);
}

// lib/explore/keys.js
var VIEWS = (
  /** @type {{view: View, name: string}[]} */
  [
    { view: "steps", name: "Steps" },
    { view: "augmentation", name: "Augmentation" },
    { view: "splits", name: "Splits" },
    { view: "libraries", name: "Libraries" },
    { view: "batch", name: "Batch" },
    { view: "data", name: "Data" }
  ]
);
var KEYS = [
  ["j / k", "next, previous image"],
  ["1 to 6", "steps, augmentation, splits, libraries, batch, data"],
  ["r", "roll the dice again: another seed"],
  ["u", "take the last change back"],
  ["Ctrl + S", "save the notebook, as everywhere"],
  ["?", "this list"],
  ["Escape", "one step out"]
];
function onKey(desk, event) {
  const saving = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
  if (saving) return;
  event.stopPropagation();
  const target = (
    /** @type {HTMLElement} */
    event.target
  );
  if (event.key === "Escape") {
    if (desk.state.keys || desk.state.yaml || desk.state.askReload) desk.set({ keys: false, yaml: "", askReload: false });
    desk.root.focus();
    event.preventDefault();
    return;
  }
  const typing = target.matches("textarea, select, input:not([type=checkbox]):not([type=range])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = actFor(desk, event.key);
  if (!act) return;
  event.preventDefault();
  act();
}
function actFor(desk, key) {
  const number2 = VIEWS[Number(key) - 1];
  if (number2) return () => desk.show(number2.view);
  switch (key) {
    case "j":
      return () => desk.step(1);
    case "k":
      return () => desk.step(-1);
    case "r":
      return () => desk.reroll();
    case "u":
      return () => desk.undo();
    case "?":
      return () => desk.set({ keys: !desk.state.keys });
    default:
      return null;
  }
}

// lib/explore/sliders.js
function controlFor(name, value, usual) {
  if (typeof value === "boolean") return { kind: "switch" };
  if (typeof value === "number") return range(name, [value, usual]);
  if (isPair(value)) return { kind: "pair", of: range(name, [...value, ...isPair(usual) ? usual : [usual]]) };
  return { kind: "text" };
}
function isPair(value) {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "number");
}
function range(name, values) {
  const numbers = values.filter((value) => typeof value === "number");
  if (name === "p") return { kind: "number", low: 0, high: 1, step: 0.05 };
  const largest = Math.max(...numbers.map(Math.abs), 0);
  const negative = numbers.some((value) => value < 0);
  if (numbers.every(Number.isInteger) && largest >= 2) {
    const high2 = Math.max(10, 2 * largest);
    return { kind: "number", low: negative ? -high2 : 0, high: high2, step: 1 };
  }
  const high = largest <= 0.5 ? 1 : nice(2 * largest);
  return { kind: "number", low: negative ? -high : 0, high, step: high / 100 };
}
function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * (value <= unit ? 1 : value <= 2 * unit ? 2 : value <= 5 * unit ? 5 : 10);
}
function rounded(value, step) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 1);
  return Number(value.toFixed(digits));
}
function typed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

// lib/explore/views/picture.js
function Picture({ of, from, alt, side }) {
  const shown2 = of ? from[of.buffer] : null;
  if (!of || !shown2) return k("span", { class: "wb-broken" }, "cannot be shown");
  const longest = Math.max(of.width, of.height);
  const scale = side ? side / longest : 1;
  const style = side ? { width: `${Math.max(1, of.width * scale)}px`, height: `${Math.max(1, of.height * scale)}px` } : {};
  return k("img", { src: shown2.url, alt, class: of.crisp ? "wb-crisp" : "", style });
}
function Histogram({ counts, width = 160, height = 48 }) {
  const bins = counts[0].length;
  const highest = Math.sqrt(Math.max(1, ...counts.flat()));
  return k(
    "svg",
    { class: "wb-histogram", viewBox: `0 0 ${bins} 100`, width, height, preserveAspectRatio: "none", role: "img", "aria-label": "histogram of red, green and blue" },
    counts.map((row, channel) => {
      const points = row.map((count, bin) => `L${bin} ${100 - 100 * Math.sqrt(count) / highest}L${bin + 1} ${100 - 100 * Math.sqrt(count) / highest}`);
      return k("path", { key: channel, class: `wb-channel-${channel}`, d: `M0 100${points.join("")}L${bins} 100Z` });
    })
  );
}

// lib/explore/views/views.js
function Steps({ desk, answer }) {
  return k(
    "div",
    { class: "wb-stages" },
    answer.stages.map(
      (stage, index) => k(
        "figure",
        { key: index, class: "wb-stage" },
        k("figcaption", null, k("strong", null, words(stage.name)), k("span", { class: "wb-faint" }, `${stage.count > 1 ? `${stage.count} x ` : ""}${stage.size[1]} x ${stage.size[0]}`)),
        k("div", { class: "wb-frame" }, k(Picture, { of: stage.picture, from: desk.state.pictures, alt: `${words(stage.name)} result`, side: 200 })),
        k(Histogram, { counts: stage.histogram, width: 200 }),
        k("div", { class: "wb-faint wb-small" }, Object.entries(stage.settings).map(([name, value]) => `${words(name)} ${setting(name, value)}`).join(", "))
      )
    )
  );
}
function Augmentation({ desk, answer }) {
  return k(
    "div",
    null,
    k("p", { class: "wb-faint wb-pad" }, `The transforms of ${answer.split}${answer.patches > 1 ? `, on the middle one of ${answer.patches} patches` : ""}. Point at a picture to see what was drawn for it.`),
    k(
      "div",
      { class: "wb-cells" },
      k(Cell, { desk, picture: answer.original, title: "original", strong: true }),
      answer.variants.map(
        (variant) => k(Cell, { key: variant.seed, desk, picture: variant.picture, title: variant.applied.map((line) => line.split(":")[0]).join(", ") || "nothing applied", hint: variant.applied.join("\n") })
      )
    )
  );
}
function Splits({ desk, answer }) {
  return k(
    "div",
    null,
    Object.entries(answer.splits).map(
      ([split, pictures]) => k(
        "section",
        { key: split },
        k("h4", null, split, k("span", { class: "wb-faint" }, split === "train" ? "" : "the same every time")),
        k(
          "div",
          { class: "wb-cells" },
          /** @type {any[]} */
          pictures.map((picture, index) => k(Cell, { key: index, desk, picture, title: "", side: 102 }))
        )
      )
    )
  );
}
function Libraries({ desk, answer }) {
  return k(
    "div",
    null,
    k(
      "div",
      { class: "wb-row wb-pad" },
      k("label", null, "Intent ", k(
        "select",
        { value: answer.intent, onChange: (event) => {
          desk.set({ intent: event.target.value });
          desk.look();
        } },
        answer.intents.map((name) => k("option", { key: name, value: name }, name))
      ))
    ),
    Object.entries(answer.libraries).map(
      ([library, found]) => k(
        "section",
        { key: library },
        k("h4", null, library, k("code", null, transformText(found.transform))),
        k("div", { class: "wb-cells" }, found.pictures.map((picture, index) => k(Cell, { key: index, desk, picture, title: "", side: 102 })))
      )
    )
  );
}
function Batch({ desk, answer }) {
  const [count, channels, height, width] = answer.shape;
  const normalization = desk.state.draft?.data.augmentation?.normalization ?? "imagenet";
  return k(
    "div",
    null,
    k(
      "p",
      { class: "wb-faint wb-pad" },
      `From ${answer.from}: ${count} x ${channels} x ${height} x ${width}. As numbers, after normalization: mean ${answer.mean.join(", ")}; deviation ${answer.std.join(", ")}. Shown in true colors.`,
      normalization === "theme" && " Mean and deviation of this batch stand in for the theme's."
    ),
    answer.damaged.length > 0 && k("p", { class: "wb-warn wb-pad" }, `Left out, and training would stop at it: ${answer.damaged.join(", ")}.`),
    k("div", { class: "wb-cells wb-small-cells" }, answer.rows.map((row, index) => k(Cell, { key: index, desk, picture: row.picture, title: row.label, side: 96 })))
  );
}
function Cell({ desk, picture, title, hint, strong, side = 128 }) {
  return k(
    "figure",
    { class: "wb-cell", title: hint || title, style: { width: `${side + 8}px` } },
    k("div", { class: "wb-frame" }, k(Picture, { of: picture, from: desk.state.pictures, alt: hint || title || "picture", side })),
    // Long names of transforms may break where a word begins.
    title && k("figcaption", { class: strong ? "wb-strong" : "" }, title.replace(/([a-z])([A-Z])/g, "$1​$2"))
  );
}
function transformText(transform) {
  const [name, args] = Object.entries(transform)[0];
  return `${name}(${Object.entries(
    /** @type {any} */
    args
  ).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(", ")})`;
}
function setting(name, value) {
  if (!Array.isArray(value)) return value === null ? "as the size" : String(value);
  if (name === "fill") return new Set(value).size === 1 ? String(value[0]) : `(${value.join(" ")})`;
  return value.join(" x ");
}
function words(name) {
  return name.replaceAll("_", " ");
}

// lib/explore/views/fields.js
function Field({ name, value, usual, choices, slider, onValue, children }) {
  if (choices) return k(Choice, { name, value, choices, onValue });
  const control = controlFor(name, value, usual);
  if (control.kind === "switch") {
    return k("label", { class: "wb-field" }, k("span", { title: words(name) }, words(name)), k("input", { type: "checkbox", checked: value, onChange: (event) => onValue(event.target.checked, false) }), children);
  }
  if (control.kind === "number") {
    const range2 = slider ? { low: Math.min(slider[0], value), high: Math.max(slider[1], value), step: slider[2] } : control;
    return k("div", { class: "wb-field" }, k("span", { title: words(name) }, words(name)), k(Slider, { name, value, range: range2, onValue }), children);
  }
  if (control.kind === "pair") {
    return k(
      "div",
      { class: "wb-field wb-pair-field" },
      k("span", { title: words(name) }, words(name)),
      k(
        "div",
        { class: "wb-grow" },
        [0, 1].map((side) => k(Slider, { key: side, name: `${name} ${side ? "to" : "from"}`, value: value[side], range: control.of, onValue: (number2, moving) => onValue(ordered(value, side, number2), moving) }))
      ),
      children
    );
  }
  return k(
    "label",
    { class: "wb-field" },
    k("span", { title: words(name) }, words(name)),
    k("input", { type: "text", value: shown(value), onChange: (event) => onValue(typed(event.target.value), false) }),
    children
  );
}
function ordered(pair, side, number2) {
  return side === 0 ? [number2, Math.max(number2, pair[1])] : [Math.min(number2, pair[0]), number2];
}
function Choice({ name, value, choices, onValue }) {
  return k(
    "label",
    { class: "wb-field" },
    k("span", { title: words(name) }, words(name)),
    k("select", { value, onChange: (event) => onValue(event.target.value, false) }, choices.map((choice) => k("option", { key: choice, value: choice }, choice)))
  );
}
function Slider({ name, value, range: range2, onValue }) {
  const take = (moving) => (event) => {
    const number2 = Number(event.target.value);
    if (event.target.value !== "" && Number.isFinite(number2)) onValue(rounded(number2, range2.step), moving);
  };
  return k(
    "div",
    { class: "wb-slider" },
    k("input", { type: "range", min: range2.low, max: range2.high, step: range2.step, value, "aria-label": words(name), onInput: take(true) }),
    k("input", { type: "number", step: range2.step, value, "aria-label": `${words(name)}, number`, onChange: take(false) })
  );
}

// lib/explore/views/transform.js
function Transform({ desk, draft, entry, path, count }) {
  const index = Number(path.at(-1));
  const known = desk.state.args[desk.library]?.[entry.name] ?? [];
  const missing = known.filter((argument) => !(argument.name in entry.args) && !["transforms", "first", "second"].includes(argument.name));
  const usual = Object.fromEntries(known.map((argument) => [argument.name, argument.default]));
  return k(
    "fieldset",
    { class: entry.off ? "" : "wb-on" },
    k(
      "div",
      { class: "wb-row" },
      k("label", { class: "wb-grow wb-ellipsis", title: entry.name }, k("input", { type: "checkbox", checked: !entry.off, onChange: (event) => desk.edit(changeEntry(draft, path, { off: !event.target.checked })) }), ` ${entry.name}`),
      k("button", { "aria-label": `Move ${entry.name} up`, title: "Earlier", disabled: index === 0, onClick: () => desk.edit(moveEntry(draft, path, -1)) }, "↑"),
      k("button", { "aria-label": `Move ${entry.name} down`, title: "Later", disabled: index === count - 1, onClick: () => desk.edit(moveEntry(draft, path, 1)) }, "↓"),
      k("button", { "aria-label": `Remove ${entry.name}`, title: "Remove", onClick: () => desk.edit(removeEntry(draft, path)) }, "×")
    ),
    !entry.off && Object.entries(entry.args).filter(([name]) => !(name in entry.nested)).map(
      ([name, value]) => k(
        Field,
        { key: name, name, value, usual: usual[name], onValue: (given, moving) => desk.edit(setArgument(draft, path, name, given), moving) },
        name !== "p" && k("button", { class: "wb-link", "aria-label": `Leave ${name} out`, title: `Leave out: the library's own value is ${shown(usual[name] ?? null)}`, onClick: () => desk.edit(setArgument(draft, path, name, void 0)) }, "×")
      )
    ),
    !entry.off && missing.length > 0 && k(
      "select",
      { class: "wb-more-arguments", "aria-label": `Argument to add to ${entry.name}`, value: "", onChange: (event) => addArgument(desk, draft, path, missing, event.target.value) },
      k("option", { value: "" }, "more arguments ..."),
      missing.map((argument) => k("option", { key: argument.name, value: argument.name }, `${argument.name} (${shown(argument.default)})`))
    ),
    !entry.off && Object.entries(entry.nested).map(([name, inner]) => k(Nested, { key: name, desk, draft, entry, path, name, inner }))
  );
}
function addArgument(desk, draft, path, missing, name) {
  const argument = missing.find((one) => one.name === name);
  if (argument) desk.edit(setArgument(draft, path, name, argument.default));
}
function Nested({ desk, draft, entry, path, name, inner }) {
  const id = `wb-transforms-${desk.library}`;
  const add = async (event) => {
    event.preventDefault();
    const field = (
      /** @type {HTMLInputElement} */
      event.currentTarget.elements.namedItem("transform")
    );
    const known = desk.state.names[desk.library] ?? [];
    if (!known.includes(field.value)) return desk.set({ problem: `${desk.library} has no transform '${field.value}'.` });
    const added = entryOf({ [field.value]: null });
    field.value = "";
    desk.edit(changeList(draft, path, (list, index) => list.map((one, number2) => number2 === index ? { ...one, nested: { ...one.nested, [name]: [...inner, added] } } : one)));
    desk.learn();
  };
  return k(
    "div",
    { class: "wb-nested", "aria-label": `${name} of ${entry.name}` },
    inner.map((one, index) => k(Transform, { key: one.key, desk, draft, entry: one, path: [...path, name, index], count: inner.length })),
    k("form", { class: "wb-row wb-add", onSubmit: add }, k("input", { type: "text", name: "transform", list: id, placeholder: `one more for ${entry.name}`, "aria-label": `Transform to add to ${entry.name}`, class: "wb-grow" }), k("button", { type: "submit" }, "Add"))
  );
}

// lib/explore/views/controls.js
var NORMALIZATIONS = ["imagenet", "theme", "none"];
function Controls({ desk }) {
  const { draft, steps } = desk.state;
  if (!draft) return null;
  const known = Object.keys(steps);
  return k(
    "aside",
    { class: "wb-controls", "aria-label": "Settings" },
    k("h3", null, "Preprocessing"),
    k(ImageSize, { desk, draft }),
    stepOrder(draft, known).map((name, index, order) => k(Step, { key: name, desk, draft, name, known, first: index === 0, last: index === order.length - 1 })),
    k("h3", null, "Augmentation"),
    k(Choices, { desk, draft }),
    k(Transforms, { desk, draft })
  );
}
function ImageSize({ desk, draft }) {
  const size = draft.data.image?.size ?? null;
  const text = size === null ? "" : Array.isArray(size) ? size.join(" x ") : String(size);
  const take = (event) => {
    const numbers = event.target.value.split(/[^0-9]+/).filter(Boolean).map(Number);
    const value = numbers.length === 0 ? null : numbers.length === 1 ? numbers[0] : numbers.slice(0, 2);
    if (JSON.stringify(value) !== JSON.stringify(size)) desk.edit(setValue(draft, ["image", "size"], value));
  };
  return k(
    "label",
    { class: "wb-field", title: "One number for a square, or height x width; empty leaves images as they are" },
    k("span", null, "image size"),
    k("input", { type: "text", value: text, placeholder: "as it is", onChange: take })
  );
}
function Step({ desk, draft, name, known, first, last }) {
  const on = stepIsOn(draft, name);
  const settings = draft.data.preprocessing?.[name] ?? {};
  return k(
    "fieldset",
    { class: on ? "wb-on" : "" },
    k(
      "div",
      { class: "wb-row" },
      k("label", { class: "wb-grow" }, k("input", { type: "checkbox", checked: on, onChange: (event) => desk.edit(switchStep(draft, name, event.target.checked)) }), ` ${words(name)}`),
      k("button", { "aria-label": `Move ${words(name)} up`, title: "Earlier", disabled: first, onClick: () => desk.edit(moveStep(draft, name, -1, known)) }, "↑"),
      k("button", { "aria-label": `Move ${words(name)} down`, title: "Later", disabled: last, onClick: () => desk.edit(moveStep(draft, name, 1, known)) }, "↓")
    ),
    on && desk.state.steps[name].map(
      (field) => k(Field, {
        key: field.name,
        name: field.name,
        value: field.name in settings ? settings[field.name] : field.default,
        usual: field.default,
        choices: field.choices,
        slider: field.slider,
        onValue: (value, moving) => desk.edit(setValue(draft, ["preprocessing", name, field.name], value), moving)
      })
    )
  );
}
function Choices({ desk, draft }) {
  const { edited, libraries } = desk.state;
  const normalization = draft.data.augmentation?.normalization ?? "imagenet";
  const own = typeof normalization !== "string";
  return k(
    "div",
    null,
    k(
      "label",
      { class: "wb-field" },
      k("span", null, "library"),
      k("select", { value: desk.library, onChange: (event) => desk.switchLibrary(event.target.value) }, libraries.map((name) => k("option", { key: name, value: name }, name)))
    ),
    k(
      "label",
      { class: "wb-field" },
      k("span", null, "normalization"),
      k(
        "select",
        { value: own ? "own" : normalization, onChange: (event) => event.target.value !== "own" && desk.edit(setValue(draft, ["augmentation", "normalization"], event.target.value)) },
        NORMALIZATIONS.map((name) => k("option", { key: name, value: name }, name)),
        own && k("option", { value: "own" }, "own numbers")
      )
    ),
    k(
      "div",
      { class: "wb-segments", role: "group", "aria-label": "Split whose transforms are shown" },
      SPLITS.map(
        (split) => k("button", { key: split, "aria-pressed": edited === split, onClick: () => {
          desk.set({ edited: split });
          desk.look();
        } }, `${split} (${draft.lists[split].length})`)
      )
    )
  );
}
function Transforms({ desk, draft }) {
  const { edited, names } = desk.state;
  const list = draft.lists[edited];
  const id = `wb-transforms-${desk.library}`;
  const add = async (event) => {
    const input = event.currentTarget.form ?? event.currentTarget;
    event.preventDefault();
    const field = (
      /** @type {HTMLInputElement} */
      input.elements.namedItem("transform")
    );
    const name = field.value.trim();
    if (await addNamed(desk, edited, name)) field.value = "";
  };
  return k(
    "div",
    null,
    list.length === 0 && k("p", { class: "wb-faint" }, edited === "train" ? "No transforms: every epoch sees the same pictures." : "No transforms: evaluated as preprocessed."),
    list.map((entry, index) => k(Transform, { key: entry.key, desk, draft, entry, path: [edited, index], count: list.length })),
    k(
      "form",
      { class: "wb-row wb-add", onSubmit: add },
      k("input", { type: "text", name: "transform", list: id, placeholder: "transform to add", "aria-label": "Transform to add", class: "wb-grow" }),
      k("button", { type: "submit" }, "Add")
    ),
    k("datalist", { id }, (names[desk.library] ?? []).map((name) => k("option", { key: name, value: name })))
  );
}
async function addNamed(desk, split, name) {
  const known = desk.state.names[desk.library] ?? [];
  if (!known.includes(name)) {
    const close = known.find((one) => one.toLowerCase().startsWith(name.toLowerCase())) ?? known.find((one) => one.toLowerCase().includes(name.toLowerCase()));
    desk.set({ problem: name ? `${desk.library} has no transform '${name}'.${close ? ` Did you mean '${close}'?` : ""}` : "Type the name of a transform, then add it." });
    return false;
  }
  const found = await desk.argumentsOf([name]);
  if (desk.state.draft) desk.edit(addEntry(desk.state.draft, split, name, found[name]));
  return true;
}

// lib/format.js
var WHOLE = new Intl.NumberFormat("en-US");
function number(value) {
  return WHOLE.format(Math.round(value));
}
function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

// lib/explore/views/data.js
function Data({ desk }) {
  const { survey } = desk.state;
  if (!survey) return null;
  if (!survey.counts) return k(Progress, { desk, survey });
  const part = survey.total > survey.of ? ` of ${number(survey.total)}, chosen from all over the theme` : "";
  return k(
    "div",
    { class: "wb-data" },
    k("p", { class: "wb-faint" }, `${what(desk, survey.of)} looked at${part}. `, k("button", { class: "wb-link", onClick: () => desk.survey(true) }, "Look again")),
    k("h4", null, "Labels and splits"),
    Object.values(survey.counts).some((row) => sum(
      /** @type {any} */
      row
    ) > 0) ? k(Distribution, { counts: survey.counts, colors: survey.colors, of: desk.state.of }) : k("p", { class: "wb-faint" }, "No image has a label yet."),
    survey.boxes.length > 0 && k(Boxes, { boxes: survey.boxes }),
    k(
      "div",
      { class: "wb-two" },
      k("div", null, k("h4", null, "Sizes"), k(Sizes, { sizes: survey.sizes, of: desk.state.of })),
      k(
        "div",
        null,
        k("h4", null, "Levels"),
        k(Histogram, { counts: survey.levels, width: 260, height: 72 }),
        k("div", { class: "wb-faint wb-small" }, "an image's mean, dark to bright"),
        k("table", { class: "wb-table" }, k("tr", null, k("th", null), ["red", "green", "blue"].map((name) => k("th", { key: name }, name))), k("tr", null, k("th", null, "mean"), survey.mean.map(Cell3)), k("tr", null, k("th", null, "deviation"), survey.std.map(Cell3)))
      )
    ),
    k("h4", null, survey.pair_count ? `${plural(survey.pair_count, "pair")} of near duplicates` : "No near duplicates"),
    k("div", { class: "wb-pairs" }, survey.pairs.map((pair, index) => k(Pair, { key: index, desk, pair }))),
    k("h4", null, survey.odd_count ? `${plural(survey.odd_count, "odd image")}` : "No odd images"),
    k("div", { class: "wb-pairs" }, survey.odd.map((odd, index) => k(Odd, { key: index, desk, odd })))
  );
}
function what(desk, count) {
  return desk.state.of === "boxes" ? plural(count, "box", "boxes") : plural(count, "image");
}
function Boxes({ boxes }) {
  const widest = Math.max(...boxes.map((label) => label.most[0]));
  const highest = Math.max(...boxes.map((label) => label.most[1]));
  return k(
    "div",
    { class: "wb-boxes-found" },
    k("h4", null, "Boxes"),
    k(
      "div",
      { class: "wb-row wb-plots" },
      k(Dots, { title: "sizes", boxes, of: "sizes", range: [widest, highest], across: `width, up to ${number(widest)} px`, down: `height, up to ${number(highest)} px`, up: true }),
      k(Dots, { title: "centers", boxes, of: "centers", range: [1, 1], across: "from the left edge to the right", down: "from the top" })
    ),
    k(
      "table",
      { class: "wb-table" },
      k("tr", null, ["label", "boxes", "smallest", "median", "largest"].map((name, index) => k("th", { key: name, class: index ? "wb-number" : "" }, name))),
      boxes.map(
        (label) => k(
          "tr",
          { key: label.label },
          k("td", null, k("span", { class: "wb-swatch", style: { background: label.color } }), ` ${label.label}`),
          k("td", { class: "wb-number" }, number(label.count)),
          [label.least, label.median, label.most].map((size, index) => k("td", { key: index, class: "wb-number" }, `${number(size[0])} x ${number(size[1])}`))
        )
      )
    )
  );
}
function Dots({ title, boxes, of, range: range2, across, down, up }) {
  const side = 200;
  return k(
    "figure",
    { class: "wb-dots" },
    k(
      "svg",
      { width: side, height: side, viewBox: `-4 -4 ${side + 8} ${side + 8}`, role: "img", "aria-label": `${title} of the boxes of ${boxes.map((label) => label.label).join(", ")}` },
      k("rect", { class: "wb-dots-frame", width: side, height: side, fill: "none" }),
      boxes.map(
        (label) => label[of].map(
          ([x2, y2], index) => k("circle", { key: `${label.label} ${index}`, cx: x2 / range2[0] * side, cy: (up ? 1 - y2 / range2[1] : y2 / range2[1]) * side, r: 2, fill: label.color, "fill-opacity": 0.5 })
        )
      )
    ),
    k("figcaption", { class: "wb-faint wb-small" }, k("strong", null, title), k("div", null, `across: ${across}`), k("div", null, `${up ? "up" : "down"}: ${down}`))
  );
}
function Cell3(value, index) {
  return k("td", { key: index, class: "wb-number" }, value.toFixed(3));
}
function Progress({ desk, survey }) {
  const share = survey.of ? 100 * survey.done / survey.of : 100;
  return k(
    "div",
    { class: "wb-pad wb-row" },
    k("span", { class: "wb-progress", role: "progressbar", "aria-valuenow": survey.done, "aria-valuemax": survey.of }, k("span", { style: { width: `${share}%` } })),
    k("span", null, `${number(survey.done)} of ${number(survey.of)} ${desk.state.of} looked at`),
    desk.state.surveying ? k("button", { onClick: () => desk.show("steps") }, "Stop") : k("button", { onClick: () => desk.survey() }, "Go on")
  );
}
function Distribution({ counts, colors, of }) {
  const rows = Object.entries(counts);
  const most = Math.max(1, ...rows.map(([, row]) => sum(row)));
  const splits = Object.keys(colors).filter((split) => rows.some(([, row]) => row[split]));
  return k(
    "table",
    { class: "wb-table wb-distribution" },
    k("tr", null, k("th", null, "label"), k("th", null), k("th", { class: "wb-number" }, of), splits.map((split) => k("th", { key: split, class: "wb-number" }, k("span", { class: "wb-swatch", style: { background: colors[split] } }), ` ${split}`))),
    rows.map(
      ([label, row]) => k(
        "tr",
        { key: label },
        k("td", null, label),
        k("td", { class: "wb-bars" }, splits.map((split) => k("span", { key: split, title: `${split} ${row[split]}`, style: { width: `${100 * row[split] / most}%`, background: colors[split] } }))),
        k("td", { class: "wb-number" }, number(sum(row))),
        splits.map((split) => k("td", { key: split, class: "wb-number" }, number(row[split])))
      )
    )
  );
}
function sum(row) {
  return Object.values(row).reduce((total, count) => total + count, 0);
}
function Sizes({ sizes, of }) {
  const shown2 = sizes.slice(0, 8);
  return k(
    "table",
    { class: "wb-table" },
    k("tr", null, k("th", null, "width x height"), k("th", { class: "wb-number" }, of)),
    shown2.map(([width, height, count]) => k("tr", { key: `${width}x${height}` }, k("td", null, `${number(width)} x ${number(height)}`), k("td", { class: "wb-number" }, number(count)))),
    sizes.length > shown2.length && k("tr", null, k("td", { colSpan: 2, class: "wb-faint" }, `and ${plural(sizes.length - shown2.length, "other size")}`))
  );
}
function Pair({ desk, pair }) {
  const why = !pair.same_label ? "different labels" : pair.across_splits ? "in two splits" : "";
  return k(
    "figure",
    { class: `wb-pair${why ? " wb-attention" : ""}` },
    k("div", { class: "wb-row" }, pair.images.map((image) => k(Found, { key: image.id, desk, image }))),
    k("figcaption", null, why ? k("strong", null, why) : k("span", { class: "wb-faint" }, "same label and split"), k("span", { class: "wb-faint" }, `, differ by ${pair.distance} of 255`))
  );
}
function Odd({ desk, odd }) {
  return k("figure", { class: "wb-pair" }, k(Found, { desk, image: odd }), k("figcaption", null, k("strong", null, odd.kind), k("span", { class: "wb-faint" }, ` ${odd.reason}`)));
}
function Found({ desk, image }) {
  const told = `${image.name}: ${image.label || "unlabeled"}${image.split ? `, ${image.split}` : ""}`;
  return k(
    "button",
    { class: "wb-found", title: told, "aria-label": `Look at ${told}`, onClick: () => {
      desk.choose({ ...image, picture: null });
      desk.show("steps");
    } },
    k(Picture, { of: image.picture, from: desk.state.surveyPictures, alt: "", side: 72 }),
    k("span", { class: "wb-ellipsis" }, image.label || "unlabeled")
  );
}

// lib/explore/views/side.js
function Side({ desk }) {
  const { labels, label, split, search, rows, total, boxed, of } = desk.state;
  return k(
    "nav",
    { class: "wb-side", "aria-label": "Samples" },
    k(
      "div",
      { class: "wb-filters" },
      boxed && k(
        "div",
        { class: "wb-segments", role: "group", "aria-label": "Samples are" },
        /** @type {const} */
        ["images", "boxes"].map((each) => k("button", { key: each, type: "button", "aria-pressed": of === each, onClick: () => desk.lookAt(each) }, each))
      ),
      k(
        "select",
        { "aria-label": "Label", value: label ?? "", onChange: (event) => desk.filter({ label: event.target.value ? Number(event.target.value) : null }) },
        k("option", { value: "" }, "all labels"),
        labels.map((each) => k("option", { key: each.id, value: each.id }, each.name))
      ),
      k(
        "select",
        { "aria-label": "Split", value: split, onChange: (event) => desk.filter({ split: event.target.value }) },
        [["", "all splits"], ["train", "train"], ["valid", "valid"], ["test", "test"], ["none", "no split"]].map(([value, name]) => k("option", { key: value, value }, name))
      ),
      k("input", { type: "search", placeholder: "file name", "aria-label": "Search by file name", value: search, onInput: (event) => desk.filter({ search: event.target.value }) })
    ),
    k(
      "div",
      { class: "wb-rows", role: "listbox", "aria-label": "Images", tabIndex: 0, onKeyDown: (event) => onArrow(desk, event) },
      rows.map((row) => k(Card, { key: row.id, desk, row })),
      rows.length < total && k("button", { class: "wb-more", onClick: () => desk.list(rows.length) }, "Show more")
    ),
    k("div", { class: "wb-faint wb-count" }, `${number(rows.length)} of ${number(total)} ${of}`)
  );
}
function onArrow(desk, event) {
  const by = (
    /** @type {Record<string, 1 | -1>} */
    { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  );
  if (!by) return;
  event.preventDefault();
  desk.step(by);
}
function Card({ desk, row }) {
  const chosen = desk.state.sample?.id === row.id;
  const told = `${row.name}, ${row.label || "unlabeled"}`;
  return k(
    "div",
    { class: `wb-card${chosen ? " wb-chosen" : ""}`, role: "option", "aria-selected": chosen, "aria-label": told, title: told, "data-sample": row.id, onClick: () => desk.choose(row) },
    k(Picture, { of: row.picture, from: desk.state.rowPictures, alt: "", side: 52 })
  );
}

// lib/explore/views/app.js
var SHOWN = { steps: Steps, augmentation: Augmentation, splits: Splits, libraries: Libraries, batch: Batch };
function App({ desk }) {
  const { view, keys: keys2, yaml, askReload } = desk.state;
  return k(
    "div",
    { class: "wb-body" },
    k(Bar, { desk }),
    k(
      "div",
      { class: "wb-columns" },
      k(Side, { desk }),
      k("main", { class: "wb-main" }, k(Tabs, { desk }), k("div", { class: "wb-scroll" }, view === "data" ? k(Data, { desk }) : k(Answer, { desk }))),
      k(Controls, { desk })
    ),
    k(Status, { desk }),
    keys2 && k(Keys, { desk }),
    yaml && k(Yaml, { desk }),
    askReload && k(Reload, { desk })
  );
}
function Bar({ desk }) {
  const { theme, sample, past } = desk.state;
  return k(
    "header",
    { class: "wb-bar" },
    k("strong", null, theme),
    sample && k("span", { class: "wb-ellipsis wb-faint", title: sample.name }, `${sample.name}  ${sample.label || "unlabeled"}${sample.split ? `, ${sample.split}` : ""}`),
    k("span", { class: "wb-grow" }),
    desk.changed && k("span", { class: "wb-changed" }, "changed"),
    k("button", { disabled: past.length === 0, onClick: () => desk.undo() }, "Undo"),
    k("button", { onClick: () => desk.changed ? desk.set({ askReload: true }) : desk.reload() }, "Load file"),
    k("button", { onClick: () => desk.copy() }, "Copy as YAML"),
    k("button", { class: "wb-primary", disabled: !desk.changed, onClick: () => desk.save() }, "Save to auguments.yaml"),
    k("button", { "aria-label": "Keys", title: "Keys", onClick: () => desk.set({ keys: true }) }, "?")
  );
}
function Tabs({ desk }) {
  const { view, seed } = desk.state;
  const draws = view === "augmentation" || view === "splits" || view === "libraries" || view === "batch";
  return k(
    "div",
    { class: "wb-tools" },
    k(
      "div",
      { class: "wb-segments", role: "tablist" },
      VIEWS.map((each) => k("button", { key: each.view, role: "tab", "aria-selected": view === each.view, onClick: () => desk.show(each.view) }, each.name))
    ),
    k("span", { class: "wb-grow" }),
    draws && k("span", { class: "wb-faint wb-number" }, `seed ${seed}`),
    draws && k("button", { onClick: () => desk.reroll() }, "Roll again")
  );
}
function Answer({ desk }) {
  const { answer, view } = desk.state;
  if (!answer || answer.view !== view) return null;
  return k(SHOWN[
    /** @type {keyof typeof SHOWN} */
    view
  ], { desk, answer });
}
function Status({ desk }) {
  const { problem, notice, health, waiting, draft } = desk.state;
  const off = draft ? countOff(draft) : 0;
  const said = health === "lost" ? "The kernel was restarted: run the cell again." : health === "busy" ? "The kernel is busy; the picture follows." : waiting ? "Working ..." : notice || (desk.changed ? "Not saved yet." : "As in auguments.yaml.");
  return k(
    "footer",
    { class: "wb-status", role: "status" },
    problem ? k("span", { class: "wb-warn wb-problem" }, problem) : k("span", null, said),
    k("span", { class: "wb-grow" }),
    off > 0 && k("span", { class: "wb-faint" }, `${off} switched off: left out when saving`)
  );
}
function Dialog({ desk, label, children }) {
  const close = () => desk.set({ keys: false, yaml: "", askReload: false });
  return k(
    "div",
    { class: "wb-veil", onClick: (event) => event.target === event.currentTarget && close() },
    k("div", { class: "wb-dialog", role: "dialog", "aria-label": label, tabIndex: -1, ref: (element) => element && !element.contains(document.activeElement) && element.focus() }, children)
  );
}
function Keys({ desk }) {
  return k(
    Dialog,
    { desk, label: "Keys" },
    k("table", null, KEYS.map(([key, does]) => k("tr", { key }, k("th", null, key), k("td", null, does)))),
    k("div", { class: "wb-row wb-right" }, k("button", { onClick: () => desk.set({ keys: false }) }, "Close"))
  );
}
function Yaml({ desk }) {
  const { yaml } = desk.state;
  return k(
    Dialog,
    { desk, label: "Settings as YAML" },
    k("textarea", { class: "wb-yaml", readOnly: true, "aria-label": "Settings as YAML", value: yaml, ref: (area) => area?.select() }),
    k("div", { class: "wb-row wb-right" }, k("button", { onClick: () => desk.set({ yaml: "" }) }, "Close"))
  );
}
function Reload({ desk }) {
  return k(
    Dialog,
    { desk, label: "Load the file" },
    k("div", null, "Your changes are not saved. Loading auguments.yaml drops them."),
    k(
      "div",
      { class: "wb-row wb-right" },
      k("button", { onClick: () => desk.set({ askReload: false }) }, "Keep my changes"),
      k("button", { class: "wb-danger", onClick: () => desk.reload() }, "Drop my changes and load")
    )
  );
}

// lib/explore/main.js
function render({ model, el, signal }) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const root = document.createElement("div");
  root.className = "wb-explore";
  root.tabIndex = -1;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Explore panel");
  root.dataset.lmSuppressShortcuts = "true";
  root.style.height = `${model.get("height")}px`;
  el.append(root);
  const desk = new Desk(model, controller.signal, root, App);
  root.addEventListener("keydown", (event) => onKey(desk, event));
  desk.begin();
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
