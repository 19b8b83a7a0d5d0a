/* Built from widgets/lib/models by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

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

// lib/format.js
var WHOLE = new Intl.NumberFormat("en-US");
function number(value) {
  return WHOLE.format(Math.round(value));
}
function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}
function moment(iso, today = /* @__PURE__ */ new Date()) {
  if (!iso) return "";
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === today.toDateString()) return time;
  const year = at.getFullYear() === today.getFullYear() ? void 0 : "numeric";
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year })} ${time}`;
}

// lib/watching.js
function message(error) {
  return error instanceof Error ? error.message : String(error);
}

// lib/models/desk.js
var Desk = class {
  /** @param {Link} link @param {string} theme @param {() => void} draw */
  constructor(link, theme, draw) {
    this.link = link;
    this.theme = theme;
    this.draw = draw;
    this.state = {
      versions: null,
      metrics: [],
      history: [],
      chosen: [],
      offer: null,
      detail: null,
      samples: null,
      agreement: null,
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
      return await this.link.call(method, params);
    } catch (error) {
      this.set({ notice: { text: message(error), trouble: true } });
      return null;
    } finally {
      this.set({ waiting: "" });
    }
  }
  async load() {
    const answer = await this.ask("Loading the versions …", "versions");
    if (answer) this.set(answer.value);
  }
  /** Look at one version, or with a second one compare the two. @param {number} version */
  async choose(version) {
    const { chosen } = this.state;
    const next = chosen.includes(version) ? chosen.filter((other) => other !== version) : [...chosen, version].slice(-2);
    this.set({ chosen: next, notice: null });
    if (next.length === 0) {
      this.#forget();
      return this.set({ detail: null });
    }
    const [first, second] = [...next].sort((a2, b) => a2 - b);
    return next.length === 1 ? this.#show("version", "Tracing the version …", { version: first }) : this.#show("compare", "Comparing …", { first, second });
  }
  /** Show the runs that could become versions, or put them away. */
  async offer() {
    if (this.state.offer) return this.set({ offer: null });
    const answer = await this.ask("Looking for runs …", "runs");
    if (answer) this.set({ offer: answer.value, notice: null });
  }
  /** @param {Run} run */
  register(run) {
    const holder = this.state.versions?.find((other) => other.stage === "staging");
    const former = holder ? ` Version ${holder.version} will be archived.` : "";
    this.set({
      question: {
        text: `Make the model of ${run.name} a new version, in staging?${former}`,
        button: `Register ${run.name}`,
        run: async () => {
          const done = await this.ask("Registering …", "register", { run: run.run, stage: "staging" });
          if (!done) return;
          this.set({ offer: null });
          await this.#changed(`${run.name} is version ${done.value.version} now, in staging.`);
        }
      }
    });
  }
  /** Show the samples that a version had in a split under a label, or the next page of them. @param {number} version @param {string} split @param {string} label */
  async sampled(version, split, label) {
    const before = this.state.samples;
    const goesOn = before?.version === version && before.split === split && before.label === label;
    const after = goesOn ? before.rows.at(-1)?.id ?? 0 : 0;
    const answer = await this.ask("Loading the samples …", "samples", { version, split, label, after });
    if (!answer) return;
    if (!goesOn) this.#forget();
    const pictures = picturesOf(answer);
    const rows = goesOn ? [...before.rows, ...answer.value.samples] : answer.value.samples;
    const sheets = [...goesOn ? before.sheets : [], ...pictures ? [pictures] : []];
    this.set({ samples: { version, split, label, rows, sheets, more: answer.value.more } });
  }
  #forget() {
    for (const sheet of this.state.samples?.sheets ?? []) URL.revokeObjectURL(sheet.url);
    this.set({ samples: null });
  }
  /** @param {string} sample */
  trace(sample) {
    this.set({ chosen: [], notice: null });
    return this.#show("sample", "Tracing the sample …", { sample });
  }
  /** Put a version into a stage after a question that says what will happen. @param {Version} row @param {string} stage */
  move(row, stage) {
    const holder = this.state.versions?.find((other) => other.stage === stage && other.version !== row.version);
    const one = stage === "production" || stage === "staging";
    const former = holder && one ? ` Version ${holder.version} will be archived.` : "";
    const words = stage === "archived" ? `Take version ${row.version} out of ${row.stage} and archive it?` : `Put version ${row.version} into ${stage}?`;
    this.set({
      question: {
        text: `${words}${former}`,
        button: stage === "archived" ? `Archive version ${row.version}` : `Promote version ${row.version}`,
        run: async () => {
          const done = await this.ask("Changing the stage …", "promote", { version: row.version, stage });
          if (done) await this.#changed(`Version ${row.version} is now in ${stage}.`);
        }
      }
    });
  }
  /** @param {Version} row */
  remove(row) {
    this.set({
      question: {
        text: `Delete version ${row.version} from the registry with its ${plural(row.predictions, "prediction")}? Its run stays.`,
        button: `Delete version ${row.version}`,
        run: async () => {
          const done = await this.ask("Deleting …", "delete", { version: row.version });
          if (done) await this.#changed(`Version ${row.version} is deleted.`);
        }
      }
    });
  }
  async check() {
    const answer = await this.ask("Comparing MLflow with the store …", "check");
    if (answer) this.set({ agreement: answer.value });
  }
  async repair() {
    const answer = await this.ask("Mending …", "repair");
    if (!answer) return;
    this.set({ agreement: answer.value });
    await this.load();
  }
  async confirm() {
    const { question } = this.state;
    this.set({ question: null });
    await question?.run();
  }
  /** One step back. */
  out() {
    if (this.state.question) this.set({ question: null });
    else if (this.state.samples) this.#forget();
    else if (this.state.detail) this.set({ detail: null, chosen: [], notice: null });
    else this.set({ offer: null, agreement: null, notice: null });
  }
  /** @param {Detail["kind"]} kind @param {string} waiting @param {any} params */
  async #show(kind, waiting, params) {
    const answer = await this.ask(waiting, kind, params);
    if (this.state.detail?.pictures) URL.revokeObjectURL(this.state.detail.pictures.url);
    this.#forget();
    if (!answer) return this.set({ detail: null });
    return this.set({ detail: { kind, value: answer.value, pictures: picturesOf(answer) } });
  }
  /** @param {string} text */
  async #changed(text) {
    this.#forget();
    this.set({ notice: { text, trouble: false }, chosen: [], detail: null, agreement: null });
    await this.load();
  }
};
function picturesOf(answer) {
  const { sheet } = answer.value;
  const [bytes] = answer.buffers;
  if (!sheet || !bytes) return null;
  return { ...sheet, url: URL.createObjectURL(new Blob([
    /** @type {any} */
    bytes
  ], { type: sheet.type })) };
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

// lib/models/comparison.js
function ComparisonView({ desk, value, pictures }) {
  const [first, second] = [`version ${value.first.version}`, `version ${value.second.version}`];
  const change = (one, two) => one === null || two === null ? "" : `${two >= one ? "+" : "−"}${Math.abs(two - one).toFixed(4)}`;
  const line = (cells, key) => k("tr", { key }, cells.map((cell, index) => k("td", { key: index, class: index ? "wb-number" : "" }, cell)));
  const head = (name) => k("thead", null, k("tr", null, [name, first, second, "change"].map((text, index) => k("th", { key: text, class: index ? "wb-number" : "" }, text))));
  return k(
    "section",
    { "aria-label": `${first} and ${second} compared` },
    k("h3", null, `Version ${value.first.version} and ${second} compared`),
    value.notes.map((note) => k("p", { key: note, class: "wb-faint" }, note)),
    k(
      "div",
      { class: "wb-columns" },
      k("table", null, head("metric"), k("tbody", null, Object.entries(value.metrics).map(([name, [one, two]]) => line([name.replaceAll("_", " "), one?.toFixed(4) ?? "", two?.toFixed(4) ?? "", change(one, two)], name)))),
      value.labeled > 0 && k("table", null, head("F1 of class"), k("tbody", null, Object.entries(value.per_class).map(([name, [one, two]]) => line([name, one.f1.toFixed(4), two.f1.toFixed(4), change(one.f1, two.f1)], name))))
    ),
    value.labeled > 0 && k("p", null, `Of ${number(value.labeled)} labeled samples that both predicted: ${number(value.both_right)} right by both, ${number(value.only_first)} only by ${first}, ${number(value.only_second)} only by ${second}, ${number(value.both_wrong)} by neither.`),
    value.differing > 0 && k("h3", null, `${number(value.differing)} samples answered differently`),
    value.differing > 0 && k(
      "table",
      null,
      k("thead", null, k("tr", null, ["", "file", "label", first, second].map((text) => k("th", { key: text }, text)))),
      k("tbody", null, value.differences.slice(0, 200).map(
        (row) => k(
          "tr",
          { key: row.sample_id },
          k("td", null, k(Picture, { pictures, sample: row.sample_id, name: row.name })),
          k("td", null, k("button", { type: "button", class: "wb-link", onClick: () => desk.trace(String(row.sample_id)) }, row.name)),
          k("td", null, row.actual ?? "–"),
          k("td", null, `${row.first} ${Math.round(row.first_score * 100)} %`),
          k("td", null, `${row.second} ${Math.round(row.second_score * 100)} %`)
        )
      ))
    )
  );
}

// lib/models/lineage.js
function VersionView({ desk, value }) {
  const facts = [
    ["description", value.description],
    ["run", `${value.run.name ?? "no longer in MLflow"} (${value.run_id})`],
    ["commit", value.run.git_commit ?? "unknown"],
    ["snapshot", value.snapshot_digest || "unknown"],
    ["classes", value.class_names.join(", ")]
  ];
  return k(
    "section",
    { "aria-label": `Lineage of version ${value.version}` },
    k("h3", null, `Version ${value.version}`),
    k(Facts, { rows: facts.filter(([, text]) => text) }),
    k(
      "div",
      { class: "wb-columns" },
      k(
        "div",
        null,
        k(Counts, { desk, value }),
        k("table", { "aria-label": "Stages" }, k("tbody", null, value.history.map((event, index) => k("tr", { key: index }, k("td", { class: "wb-time" }, moment(event.at)), k("td", null, `${event.before ?? "registered"} → ${event.after ?? "deleted"}`), k("td", null, event.annotator)))))
      ),
      k(Samples, { desk })
    ),
    k(Folded, { title: "Metrics of the run", values: value.run.metrics }),
    k(Folded, { title: "Parameters of the run", values: value.run.params })
  );
}
function Facts({ rows }) {
  return k("table", null, k("tbody", null, rows.map(([name, text]) => k("tr", { key: name }, k("th", null, name), k("td", { class: "wb-wrap" }, text)))));
}
function Counts({ desk, value }) {
  const splits = ["train", "valid", "test"].filter((split) => value.counts[split]);
  if (splits.length === 0) return null;
  const { samples } = desk.state;
  return k(
    "table",
    { "aria-label": "Samples of the snapshot" },
    k("thead", null, k("tr", null, k("th", null, "label"), splits.map((split) => k("th", { key: split, class: "wb-number" }, split)))),
    k("tbody", null, value.class_names.map(
      (label) => k(
        "tr",
        { key: label },
        k("td", null, label),
        splits.map((split) => {
          const count = value.counts[split][label] ?? 0;
          const shown = samples?.split === split && samples.label === label;
          const text = number(count);
          return k("td", { key: split, class: "wb-number" }, count === 0 ? text : k("button", { type: "button", class: "wb-link", "aria-pressed": shown, "aria-label": `Show ${text} samples of ${label} in ${split}`, onClick: () => !shown && desk.sampled(value.version, split, label) }, text));
        })
      )
    ))
  );
}
function Samples({ desk }) {
  const { samples } = desk.state;
  if (!samples) return null;
  const { version, split, label, rows, sheets, more } = samples;
  return k(
    "section",
    { class: "wb-beside", "aria-label": `Samples of ${label} in ${split}` },
    k("h3", null, `${label} in ${split}`),
    k("div", { class: "wb-pictures" }, rows.map(
      (row) => k(
        "button",
        { key: row.id, type: "button", class: "wb-tile", title: `${row.name}: trace it`, onClick: () => desk.trace(String(row.id)) },
        k(Picture, { pictures: sheets.find((sheet) => sheet.ids.includes(row.id)) ?? null, sample: row.id, name: row.name }),
        k("span", { class: "wb-ellipsis" }, row.now === row.label ? row.name.split("/").pop() : `now ${row.now ?? "unlabeled"}`)
      )
    )),
    more && k("button", { type: "button", onClick: () => desk.sampled(version, split, label) }, "Show more")
  );
}
function Folded({ title, values }) {
  const rows = Object.entries(values ?? {});
  if (rows.length === 0) return null;
  const shown = rows.sort().map(([name, value]) => [name, typeof value === "number" ? Number(value.toPrecision(6)) : value]);
  return k("details", null, k("summary", null, `${title} (${rows.length})`), k(Facts, { rows: shown }));
}
function SampleView({ value, pictures }) {
  return k(
    "section",
    { "aria-label": `Lineage of ${value.name}` },
    k("h3", null, `${value.name} (sample ${value.sample_id})`),
    k("div", { class: "wb-row" }, k(Picture, { pictures, sample: value.sample_id, name: value.name }), `${value.label ?? "no label"}, ${value.split ?? "no split"}${value.deleted ? ", deleted" : ""}`),
    value.uses.length === 0 ? k("p", { class: "wb-faint" }, "No model version has seen it.") : k(
      "table",
      null,
      k("thead", null, k("tr", null, ["version", "stage", "used for", "label then", "predicted", "score"].map((name) => k("th", { key: name, class: name === "version" || name === "score" ? "wb-number" : "" }, name)))),
      k("tbody", null, value.uses.map(
        (use) => k("tr", { key: use.version }, [use.version, use.stage, use.split ?? "–", use.label_then ?? "–", use.predicted ?? "–", use.score === null ? "" : use.score.toFixed(4)].map((text, index) => k("td", { key: index, class: index === 0 || index === 5 ? "wb-number" : "" }, text)))
      ))
    ),
    k("h3", null, "What people decided"),
    k("table", null, k("tbody", null, value.history.map((event, index) => k("tr", { key: index }, k("td", { class: "wb-time" }, moment(event.at)), k("td", null, event.action), k("td", null, `${event.before ?? "none"} → ${event.after ?? "none"}`), k("td", null, event.annotator)))))
  );
}

// lib/models/app.js
var HEALTH = { live: "", busy: "kernel busy", lost: "kernel restarted – run the cell again" };
function App({ desk }) {
  const { state } = desk;
  return [
    k(Bar, { desk }),
    state.question && k(Ask, { desk }),
    state.notice && k("div", { class: `wb-ask${state.notice.trouble ? " wb-warn" : ""}`, role: state.notice.trouble ? "alert" : "status" }, state.notice.text),
    k("div", { class: "wb-sheet" }, k(Agreement, { desk }), k(Offer, { desk }), k(Versions, { desk }), k(Details, { desk }))
  ];
}
function Bar({ desk }) {
  const { state } = desk;
  return k(
    "div",
    { class: "wb-bar" },
    k("b", null, desk.theme),
    k("span", { class: "wb-faint" }, state.waiting || HEALTH[state.health]),
    k("span", { class: "wb-grow" }),
    k(
      "form",
      {
        onSubmit: (event) => {
          event.preventDefault();
          const field = (
            /** @type {HTMLInputElement} */
            /** @type {HTMLFormElement} */
            event.target.elements.namedItem("sample")
          );
          if (field.value.trim()) desk.trace(field.value.trim());
        }
      },
      k("input", { type: "search", name: "sample", placeholder: "Trace a sample: id, file name, SHA-256", "aria-label": "Trace a sample", size: 36 })
    ),
    k("button", { type: "button", "aria-pressed": state.offer !== null, onClick: () => desk.offer(), title: "Make a finished run a version of the model" }, "Register a run"),
    k("button", { type: "button", onClick: () => desk.check(), title: "Compare MLflow's registry with the store" }, "Check registry"),
    k("button", { type: "button", onClick: () => desk.load() }, "Refresh")
  );
}
function Ask({ desk }) {
  const { question } = desk.state;
  if (!question) return null;
  return k(
    "div",
    { class: "wb-ask", role: "alertdialog", "aria-label": question.text },
    k("span", { class: "wb-grow" }, question.text),
    k("button", { type: "button", class: "wb-primary", ref: (node) => node?.focus(), onClick: () => desk.confirm() }, question.button),
    k("button", { type: "button", onClick: () => desk.out() }, "Cancel")
  );
}
function Agreement({ desk }) {
  const { agreement } = desk.state;
  if (!agreement) return null;
  const mendable = agreement.disagreements.some(({ repair }) => repair !== null);
  return k(
    "section",
    { "aria-label": "Registry check" },
    agreement.repaired.map((text) => k("p", { key: text }, `Repaired: ${text}.`)),
    agreement.ok && k("p", null, "MLflow and the store agree."),
    agreement.disagreements.map(
      ({ text, repair }) => k("p", { key: text, class: "wb-warn" }, `${text}. `, repair ? `Repair: ${repair}.` : "Nothing here can mend that.")
    ),
    mendable && k("button", { type: "button", onClick: () => desk.repair() }, "Repair")
  );
}
function Offer({ desk }) {
  const { offer } = desk.state;
  if (!offer) return null;
  return k(
    "section",
    { "aria-label": "Runs to register", class: "wb-framed" },
    k("h3", null, "Runs that are no version yet"),
    offer.runs.length === 0 ? k("p", { class: "wb-faint" }, "There is none: every finished run is a version already. The notebook 03_train makes another.") : k(
      "table",
      null,
      k("thead", null, k("tr", null, k("th", null, "run"), k("th", null, "started"), offer.metrics.map((name) => k("th", { key: name, class: "wb-number" }, name.replaceAll("_", " "))), k("th", null, ""))),
      k("tbody", null, offer.runs.map(
        (run) => k(
          "tr",
          { key: run.run },
          k("td", { title: run.run }, run.name),
          k("td", { class: "wb-time" }, moment(run.started)),
          offer.metrics.map((name) => k("td", { key: name, class: "wb-number" }, run.metrics[name]?.toFixed(4) ?? "")),
          k("td", null, k("button", { type: "button", class: "wb-link", "aria-label": `Register ${run.name}`, onClick: () => desk.register(run) }, "Register"))
        )
      ))
    )
  );
}
function Versions({ desk }) {
  const { versions, metrics, chosen } = desk.state;
  if (versions === null) return null;
  if (versions.length === 0) return k("p", { class: "wb-faint" }, "No registered models yet: press Register a run above.");
  return k(
    "table",
    { "aria-label": "Model versions" },
    k("thead", null, k("tr", null, ["", "version", "stage", "created"].map((name) => k("th", { key: name, class: name === "version" ? "wb-number" : "" }, name)), [...metrics, "predictions"].map((name) => k("th", { key: name, class: "wb-number" }, name.replaceAll("_", " "))), k("th", null, ""))),
    k("tbody", null, versions.map((row) => k(Row, { key: row.version, desk, row, metrics, chosen: chosen.includes(row.version) })))
  );
}
function Row({ desk, row, metrics, chosen }) {
  const button = (text, onClick, shown) => shown && k("button", { type: "button", class: "wb-link", onClick, "aria-label": `${text}: version ${row.version}` }, text);
  const held = row.stage === "production" || row.stage === "staging";
  return k(
    "tr",
    { class: chosen ? "wb-selected" : "", "data-version": row.version },
    k("td", null, k("input", { type: "checkbox", checked: chosen, "aria-label": `Look at version ${row.version}`, onChange: () => desk.choose(row.version) })),
    k("td", { class: "wb-number" }, row.version),
    k("td", { class: held ? "wb-stage" : "" }, row.stage),
    k("td", { class: "wb-time" }, moment(row.created)),
    metrics.map((name) => k("td", { key: name, class: "wb-number" }, row.metrics[name]?.toFixed(4) ?? "")),
    k("td", { class: "wb-number" }, number(row.predictions)),
    k(
      "td",
      { class: "wb-acts" },
      button("To production", () => desk.move(row, "production"), row.stage !== "production"),
      button("To staging", () => desk.move(row, "staging"), row.stage !== "staging" && row.stage !== "production"),
      button("Archive", () => desk.move(row, "archived"), held),
      button("Delete", () => desk.remove(row), row.stage !== "production")
    )
  );
}
function Details({ desk }) {
  const { detail, versions } = desk.state;
  if (detail?.kind === "version") return k(VersionView, { desk, value: detail.value });
  if (detail?.kind === "sample") return k(SampleView, { value: detail.value, pictures: detail.pictures });
  if (detail?.kind === "compare") return k(ComparisonView, { desk, value: detail.value, pictures: detail.pictures });
  if (!versions?.length) return null;
  return k("section", { "aria-label": "History" }, k("h3", null, "History"), k("p", { class: "wb-faint" }, "Tick one version to trace it, two to compare them."), k(History, { desk }));
}
function History({ desk }) {
  return k(
    "table",
    null,
    k("tbody", null, desk.state.history.map(
      (event, index) => k("tr", { key: index }, k("td", { class: "wb-time" }, moment(event.at)), k("td", null, `version ${event.version}`), k("td", null, `${event.before ?? "registered"} → ${event.after ?? "deleted"}`), k("td", null, event.annotator))
    ))
  );
}

// lib/models/main.js
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-label wb-models", "Models panel");
  const desk = new Desk(
    new Link(model, signal, { onHealth: (health) => desk.set({ health }) }),
    model.get("config").theme,
    () => Q(k(App, { desk }), root)
  );
  keepKeys(root, (event) => {
    if (event.key === "Escape") desk.out();
  });
  desk.load();
  return close;
}
var main_default = { render };
export {
  main_default as default
};
