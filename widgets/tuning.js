/* Built from widgets/lib/tuning by 'npm run build'; edit there. Includes Preact (MIT License, (c) Jason Miller). */

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
  return waiting && health === "busy" ? `${waiting} (no answer from the kernel yet)` : waiting;
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
function percent(part, whole) {
  if (whole <= 0) return 0;
  return part >= whole ? 100 : Math.min(99, Math.round(100 * part / whole));
}

// lib/tuning/history.js
function chart(history, direction, width, height) {
  if (history.length === 0) return { points: [], line: "", low: 0, high: 0 };
  const values = history.map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const last = Math.max(...history.map(([number2]) => number2));
  const x2 = (number2) => last === 0 ? width / 2 : number2 / last * width;
  const y2 = (value) => high === low ? height / 2 : height - (value - low) / (high - low) * height;
  const better = direction === "minimize" ? Math.min : Math.max;
  let best = values[0];
  const steps = [`M${round(x2(history[0][0]))} ${round(y2(best))}`];
  for (const [number2, value] of history.slice(1)) {
    steps.push(`H${round(x2(number2))}`);
    best = better(best, value);
    steps.push(`V${round(y2(best))}`);
  }
  steps.push(`H${width}`);
  const points = history.map(([number2, value]) => ({ x: round(x2(number2)), y: round(y2(value)), number: number2, value }));
  return { points, line: steps.join(""), low, high };
}
function round(value) {
  return Math.round(value * 10) / 10;
}

// lib/tuning/app.js
function App({ desk }) {
  const { study } = desk.state;
  return k(
    "div",
    { class: "wb-body" },
    k(Bar, { desk }),
    study.study === void 0 ? k("p", { class: "wb-empty" }, `${study.theme} has not been tuned yet. Run the cell that tunes; its trials appear here.`) : k("div", { class: "wb-columns" }, k(Side, { desk }), k(Table, { desk })),
    k(Status, { desk })
  );
}
function Bar({ desk }) {
  const { study } = desk.state;
  if (study.study === void 0) return k("header", { class: "wb-bar" }, k("strong", null, study.theme));
  const share = percent(study.done, study.total);
  const busy = study.running.length > 0;
  return k(
    "header",
    { class: "wb-bar" },
    k("strong", null, study.study),
    k("span", null, `${number(study.done)} of ${plural(study.total, "trial")}`),
    k("progress", { max: 100, value: share, "aria-label": "Trials done" }),
    k("span", { class: "wb-faint" }, study.seconds_left === null || !busy ? "" : `${duration(study.seconds_left)} left`),
    k("span", { class: "wb-faint" }, outcome(study)),
    k("span", { class: "wb-grow" }),
    busy && k("button", { onClick: () => desk.stop(), disabled: study.stopping }, study.stopping ? "Stopping after this trial" : "Stop after this trial"),
    k("button", { onClick: () => desk.open("dashboard") }, "Optuna dashboard"),
    k("button", { onClick: () => desk.open("mlflow") }, "MLflow")
  );
}
function outcome(study) {
  const parts = [];
  if (study.pruned) parts.push(`${number(study.pruned)} pruned`);
  if (study.failed) parts.push(`${number(study.failed)} failed`);
  return parts.join(", ");
}
function Side({ desk }) {
  const { study } = desk.state;
  const { best } = study;
  return k(
    "aside",
    { class: "wb-side" },
    k("h3", null, "Best so far"),
    best === null ? k("p", { class: "wb-faint" }, "No trial is complete yet.") : k(
      "div",
      { class: "wb-best" },
      k("p", { class: "wb-value" }, study.metrics.map((name, index) => `${name} ${figure(best.values?.[index])}`).join(", ")),
      k("p", { class: "wb-faint" }, `trial_${best.number}`),
      k(Params, { params: best.params }),
      k(Use, { desk })
    ),
    k("h3", null, "History"),
    k(History, { study }),
    study.running.length > 0 && k("h3", null, "Running"),
    study.running.map(
      (trial) => k(
        "div",
        { key: trial.number, class: "wb-running" },
        k("p", null, `trial_${trial.number}, ${duration(trial.seconds ?? 0)}`, trial.epoch ? `, epoch ${trial.epoch}: ${shown(trial.value)}` : ""),
        k(Params, { params: trial.params })
      )
    )
  );
}
function Use({ desk }) {
  const { study, waiting } = desk.state;
  const busy = waiting !== "";
  const train = (event) => {
    event.preventDefault();
    const field = (
      /** @type {HTMLInputElement} */
      /** @type {HTMLFormElement} */
      event.target.elements.namedItem("epochs")
    );
    desk.train(field.value === "" ? null : Number(field.value));
  };
  return k(
    "form",
    { class: "wb-row", onSubmit: train },
    k("button", { disabled: busy || study.running.length > 0 || study.full_run?.running === true }, "Train a full run"),
    k("label", null, "epochs ", k("input", { name: "epochs", type: "number", min: 1, max: 1e5, required: study.num_epochs !== null, defaultValue: study.num_epochs ?? "" })),
    k("button", { type: "button", onClick: () => desk.register(), disabled: busy }, "Register its model")
  );
}
function Params({ params }) {
  return k(
    "dl",
    { class: "wb-params" },
    Object.entries(params).map(([name, value]) => [k("dt", { key: name, title: name }, name), k("dd", { key: `${name}=` }, shown(value))])
  );
}
var WIDTH = 240;
var HEIGHT = 70;
function History({ study }) {
  const { points, line, low, high } = chart(study.history, study.directions[0], WIDTH, HEIGHT);
  if (points.length === 0) return k("p", { class: "wb-faint" }, "Nothing to draw yet.");
  const words2 = `${study.metrics[0]} of ${plural(points.length, "trial")}, from ${figure(low)} to ${figure(high)}`;
  return k(
    "figure",
    { class: "wb-history" },
    k(
      "svg",
      { viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, role: "img", "aria-label": words2 },
      k("path", { d: line, class: "wb-line" }),
      points.map((point) => k("circle", { key: point.number, cx: point.x, cy: point.y, r: 2.5 }, k("title", null, `trial_${point.number}: ${figure(point.value)}`)))
    ),
    k("figcaption", { class: "wb-faint" }, `${figure(low)} to ${figure(high)}`)
  );
}
function Table({ desk }) {
  const { study } = desk.state;
  const names = [...new Set(study.trials.flatMap((trial) => Object.keys(trial.params)))];
  const numbers = [...study.metrics, ...names, "Time"].map((name) => [name, "wb-number"]);
  const head = [["Trial", ""], ["State", ""], ...numbers, ["Open", ""]];
  return k(
    "div",
    { class: "wb-scroll" },
    k(
      "table",
      null,
      k("thead", null, k("tr", null, head.map(([name, kind]) => k("th", { key: name, scope: "col", class: kind }, name)))),
      k("tbody", null, study.trials.map((trial) => k(Row, { key: trial.number, trial, names, desk })))
    )
  );
}
function Row({ trial, names, desk }) {
  const { study } = desk.state;
  return k(
    "tr",
    { class: trial.number === study.best?.number ? "wb-is-best" : "" },
    k("th", { scope: "row" }, `trial_${trial.number}`),
    k("td", { title: trial.failure ?? "" }, trial.state),
    study.metrics.map((name, index) => k("td", { key: name, class: "wb-number" }, trial.values ? figure(trial.values[index]) : "")),
    names.map((name) => k("td", { key: name, class: "wb-number" }, shown(trial.params[name]))),
    k("td", { class: "wb-number" }, trial.seconds === null ? "" : duration(trial.seconds)),
    k(
      "td",
      null,
      trial.run_id && k("button", { class: "wb-link", "aria-label": `Run of trial_${trial.number} in MLflow`, onClick: () => desk.open("mlflow", { run_id: trial.run_id }) }, "run"),
      k("button", { class: "wb-link", "aria-label": `trial_${trial.number} in the Optuna dashboard`, onClick: () => desk.open("dashboard", { number: trial.number }) }, "trial")
    )
  );
}
function Status({ desk }) {
  const { study, health, waiting, notice, problem } = desk.state;
  return k("footer", { class: "wb-status", role: "status" }, problem ? k("span", { class: "wb-warn" }, problem) : words(study, health, waiting, notice));
}
function words(study, health, waiting, notice) {
  if (health === "lost") return k("span", { class: "wb-warn" }, LOST);
  if (waiting) return waitingWords(`${waiting} …`, health);
  if (study.full_run?.running) return `training a full run: ${study.full_run.text}`;
  if (study.full_run?.failed) return k("span", { class: "wb-warn" }, study.full_run.text);
  if (notice) return notice;
  if (study.full_run) return study.full_run.text;
  if (study.study === void 0) return "waiting for a study";
  if (study.stopping) return "stops after this trial";
  if (study.stopped) return "stopped: run the cell again to go on";
  if (study.running.length > 0) return `${plural(study.running.length, "trial")} running`;
  return study.done >= study.total ? "done" : "resting: run the cell again to go on";
}
function figure(value) {
  if (value === null || value === void 0) return "";
  return Number.isInteger(value) || Math.abs(value) >= 1e3 ? number(Math.round(value)) : value.toPrecision(4);
}
function shown(value) {
  if (typeof value !== "number") return value === void 0 || value === null ? "" : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

// lib/tuning/address.js
function address(base, port, path) {
  return base === null ? `http://127.0.0.1:${port}${path}` : `${base}proxy/${port}${path}`;
}
function jupyterBase(page) {
  const data = page.getElementById("jupyter-config-data");
  if (data === null) return null;
  const base = JSON.parse(data.textContent || "{}").baseUrl;
  return typeof base === "string" ? base : null;
}

// lib/tuning/desk.js
var LOOK_MS = 1e3;
var Desk = class {
  /** @param {Model & {on: any}} model @param {AbortSignal} signal @param {HTMLElement} root */
  constructor(model, signal, root) {
    this.model = model;
    this.signal = signal;
    this.root = root;
    this.link = new Link(model, signal, { onHealth: (health) => this.set({ health }) });
    this.state = { study: model.get("state"), health: "live", waiting: "", notice: "", problem: "" };
    hear(model, signal, { state: (study) => this.set({ study }), trouble: (problem) => this.set({ problem }) });
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
  /** Ask for the study's state; the kernel answers in a thread of its own, also beside a busy cell. */
  async #look() {
    const { value } = await this.link.call("look");
    if (JSON.stringify(value) !== JSON.stringify(this.state.study)) this.set({ study: value });
  }
  /** Ask for something that takes a while, and say what is waited for. @param {string} method @param {any} params @param {string} waiting */
  async ask(method, params, waiting) {
    this.set({ waiting, notice: "", problem: "" });
    try {
      const { value } = await this.link.call(method, params);
      this.set({ waiting: "", notice: typeof value === "string" ? value : "" });
      return value;
    } catch (error) {
      this.set({ waiting: "", problem: message(error) });
      return null;
    }
  }
  stop() {
    return this.ask("stop", {}, "Asking for a stop");
  }
  /** @param {number | null} num_epochs */
  train(num_epochs) {
    return this.ask("train", { num_epochs }, "Starting the training");
  }
  register() {
    return this.ask("register", { stage: "staging" }, "Registering the best model");
  }
  /** @param {"dashboard" | "mlflow"} kind @param {{number?: number, run_id?: string | null}} [what] */
  async open(kind, what = {}) {
    const tab = window.open("about:blank", "_blank");
    const name = kind === "mlflow" ? "MLflow" : "the Optuna dashboard";
    const place = await this.ask("open", { kind, origin: location.origin, ...what }, `Starting ${name}`);
    if (place === null) {
      tab?.close();
      return;
    }
    const url = address(jupyterBase(document), place.port, place.path);
    if (tab) tab.location.href = url;
    else this.set({ notice: `Your browser kept the new tab shut. Open ${url}` });
  }
};

// lib/tuning/main.js
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-watching wb-tuning", "Tuning panel");
  keepKeys(root);
  const desk = new Desk(model, signal, root);
  desk.begin();
  return close;
}
var main_default = { render };
export {
  main_default as default
};
