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
function k(n2, t3, r3) {
  var u3, i3, f3, o3 = {}, e3 = arguments.length;
  for (f3 in t3) "key" == f3 ? u3 = t3[f3] : "ref" == f3 && "function" != typeof n2 ? i3 = t3[f3] : o3[f3] = t3[f3];
  return e3 > 2 && (o3.children = e3 > 3 ? d.call(arguments, 2) : r3), m(n2, o3, u3, i3, null);
}
function m(r3, u3, i3, f3, o3) {
  var e3 = { type: r3, props: u3, key: i3, ref: f3, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: h, __v: o3 || ++t, __i: -1, __u: 0 };
  return !o3 && n.vnode && n.vnode(e3), e3;
}
function $(n2) {
  return n2.children;
}
function x(n2, t3) {
  this.props = n2, this.context = t3, this.__g = 0;
}
function S(n2, t3) {
  if (null == t3) return n2.__ && S(n2.__, n2.__i + 1);
  for (var r3; t3 < n2.__k.length; t3++) if ((r3 = n2.__k[t3]) && r3.__e) return r3.__e;
  return "function" != typeof n2.type || n2.props.__P ? null : S(n2);
}
function C(t3) {
  var r3, u3 = t3.__v, i3 = u3.__e, f3 = [], o3 = [], e3 = t3.__P;
  e3 && ((r3 = _({ constructor: h }, u3)).__v = u3.__v + 1, n.vnode && n.vnode(r3), z(e3, r3, u3, t3.__n, e3.namespaceURI, 32 & u3.__u ? [i3] : null, f3, i3 || S(u3), 32 & u3.__u, o3), r3.__v = u3.__v, r3.__.__k[r3.__i] = r3, E(f3, r3, o3), u3.__ = u3.__e = null, r3.__e != i3 && j(r3));
}
function j(n2) {
  if ((n2 = n2.__) && n2.__c && !n2.props.__P) return n2.__e = null, n2.__k.some(function(t3) {
    return t3 && (n2.__e = t3.__e);
  }), j(n2);
}
function L(t3) {
  (8 & t3.__g || (t3.__g |= 8, u.push(t3), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
  try {
    for (var n2, t3 = 1; u.length; ) u.length > t3 && u.sort(o), n2 = u.shift(), t3 = u.length, 8 & n2.__g && C(n2);
  } finally {
    (f = u.length) && (i || queueMicrotask)(H);
  }
}
function I(n2, t3, r3, u3, i3, f3, o3, e3, l3, c3, a3) {
  var s3, h3, v3, w3, d2, _2, g3 = u3.__k || y, k3 = t3.length;
  for (l3 = q(r3, t3, g3, l3, k3), s3 = 0; s3 < k3; s3++) null != (v3 = r3.__k[s3]) && (h3 = ~v3.__i && g3[v3.__i] || p, v3.__i = s3, _2 = z(n2, v3, h3, i3, f3, o3, e3, l3, c3, a3), w3 = v3.__e, (h3.ref != v3.ref || 8 & h3.__u) && (h3.ref && G(h3.ref, null, v3, h3), v3.ref && a3.push(v3.ref, v3.__c || w3, v3)), d2 = d2 || w3, 4 & v3.__u ? (l3 = A(v3, l3, n2, !h3.__v), h3.__e && (h3.__e = null)) : "function" == typeof v3.type && void 0 !== _2 ? l3 = _2 : w3 && (l3 = w3.nextSibling), v3.__u &= -21);
  return r3.__e = d2, l3;
}
function q(n2, t3, r3, u3, i3) {
  var f3, o3, e3, l3, c3, a3, s3, p3, y3, v3 = r3.length, d2 = v3, _2 = 0, g3 = 0, k3 = n2.__k = Array(i3);
  for (f3 = 0; f3 < i3; f3++) null != (o3 = t3[f3]) && "boolean" != typeof o3 && "function" != typeof o3 ? ("object" != typeof o3 || o3.constructor === String ? o3 = k3[f3] = m(null, o3) : w(o3) ? o3 = k3[f3] = m($, { children: o3 }) : o3.constructor === h && o3.__b ? o3 = k3[f3] = m(o3.type, o3.props, o3.key, o3.ref, o3.__v) : k3[f3] = o3, l3 = f3 + _2, o3.__ = n2, o3.__b = n2.__b + 1, e3 = null, ~(c3 = o3.__i = P(o3, r3, l3, d2)) && (d2--, (e3 = r3[c3]) && (e3.__u |= 2)), e3 && e3.__v ? (o3.__u |= 16, c3 == l3 - 1 ? _2-- : c3 == l3 + 1 ? _2++ : c3 != l3 && (c3 > l3 ? _2-- : _2++, g3 = 1)) : (~c3 || (i3 > v3 ? _2-- : i3 < v3 && _2++), "function" != typeof o3.type && (o3.__u |= 4))) : k3[f3] = null;
  if (g3) {
    for (a3 = [], s3 = [], f3 = 0; f3 < i3; f3++) if ((o3 = k3[f3]) && 16 & o3.__u) {
      for (_2 = 0, p3 = a3.length; _2 < p3; ) a3[y3 = _2 + p3 >> 1] < o3.__i ? _2 = y3 + 1 : p3 = y3;
      a3[_2] = o3.__i, s3[f3] = _2 + 1;
    }
    for (_2 = a3.length; f3--; ) s3[f3] && (s3[f3] == _2 ? _2-- : k3[f3].__u |= 4);
  }
  if (d2) for (f3 = 0; f3 < v3; f3++) !(e3 = r3[f3]) || 2 & e3.__u || (e3.__e == u3 && (u3 = S(e3)), J(e3, e3));
  return u3;
}
function A(n2, t3, r3, u3) {
  var i3, f3, o3, e3;
  if ("function" == typeof n2.type) {
    if (n2.props.__P) return t3;
    if (i3 = n2.__k) for (f3 = 0; f3 < i3.length; f3++) i3[f3] && (i3[f3].__ = n2, t3 = A(i3[f3], t3, r3, false));
    return t3;
  }
  for (t3 && !t3.parentNode && (t3 = S(n2)) && !t3.parentNode && (t3 = null), o3 = n2.__e, e3 = t3; e3 && 8 == e3.nodeType; ) e3 = e3.nextSibling;
  for (o3 != e3 && (!u3 && r3.moveBefore && o3.parentNode ? r3.moveBefore(o3, t3) : r3.insertBefore(o3, t3 || null)), t3 = o3; (t3 = t3 && t3.nextSibling) && 8 == t3.nodeType && !t3.data.startsWith("$s"); ) ;
  return t3;
}
function P(n2, t3, r3, u3) {
  var i3, f3 = n2.key, o3 = n2.type, e3 = t3[r3], l3 = e3 && !(2 & e3.__u);
  if (null === e3 && null == f3 || l3 && f3 == e3.key && o3 == e3.type) return r3;
  if (u3 > (l3 ? 1 : 0)) {
    for (i3 = r3 - 1; i3 >= 0; i3--) if ((e3 = t3[i3]) && !(2 & e3.__u) && f3 == e3.key && o3 == e3.type) return i3;
    for (i3 = r3 + 1; i3 < t3.length; i3++) if ((e3 = t3[i3]) && !(2 & e3.__u) && f3 == e3.key && o3 == e3.type) return i3;
  }
  return -1;
}
function T(n2, t3, r3) {
  null == r3 && (r3 = ""), "-" == t3[0] ? n2.setProperty(t3, r3) : n2[t3] = r3;
}
function N(n2, t3, r3, u3, i3) {
  var f3, o3;
  if ("style" == t3) if ("string" == typeof r3) n2.style.cssText = r3;
  else {
    if ("string" == typeof u3 && (n2.style.cssText = u3 = ""), u3) for (t3 in u3) r3 && t3 in r3 || T(n2.style, t3);
    if (r3) for (t3 in r3) u3 && r3[t3] == u3[t3] || T(n2.style, t3, r3[t3]);
  }
  else if ("o" == t3[0] && "n" == t3[1]) "function" != typeof r3 && (r3 = null), "function" != typeof u3 && (u3 = null), (n2.__e || (n2.__e = {}))[t3] = r3, r3 && u3 || (o3 = a[t3] || (a[t3] = V(t3)), (n2.__a || (n2.__a = {}))[t3] = c, f3 = t3 != (t3 = t3.replace(l, "$1")), (t3 = t3.slice(2))[0] < "a" && (t3 = t3.toLowerCase()), r3 ? n2.addEventListener(t3, o3, f3) : n2.removeEventListener(t3, o3, f3));
  else {
    if ("http://www.w3.org/2000/svg" == i3) t3 = t3.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
    else if ("width" != t3 && "height" != t3 && "href" != t3 && "list" != t3 && "form" != t3 && "tabIndex" != t3 && "download" != t3 && "rowSpan" != t3 && "colSpan" != t3 && "role" != t3 && "popover" != t3 && t3 in n2) try {
      return void (n2[t3] = null == r3 ? "" : r3);
    } catch (n3) {
    }
    if ("function" == typeof r3) return;
    null == r3 || false === r3 && "-" != t3[4] ? n2.removeAttribute(t3) : n2.setAttribute(t3, "popover" == t3 && 1 == r3 ? "" : r3);
  }
}
function V(t3) {
  return function(r3) {
    var u3 = this.__e;
    if (u3) {
      if (u3 = u3[t3], null == r3[e]) r3[e] = c++;
      else if (r3[e] < this.__a[t3]) return;
      return u3(n.event ? n.event(r3) : r3);
    }
  };
}
function z(t3, r3, u3, i3, f3, o3, e3, l3, c3, a3) {
  var s3, p3, v3, d2, k3, b, m3, M, C3, j2, L2, H2, q2, A2, O, P2, T3, N2, V2 = r3.type;
  if (r3.constructor !== h) return null;
  128 & u3.__u && (c3 = 32 & u3.__u, s3 = u3.__c.__z) && (r3.__u |= c3, p3 = o3 = [], 8 == s3.nodeType ? l3 = B(s3, o3) : o3.push(s3), l3 = o3[0] || l3), (s3 = n.__b) && s3(r3);
  n: if ("function" == typeof V2) {
    v3 = e3.length;
    try {
      if (M = r3.props, C3 = (s3 = V2.prototype) && s3.render, j2 = (s3 = V2.contextType) && i3[s3.__c], L2 = s3 ? j2 ? j2.props.value : s3.__ : i3, (d2 = u3.__c) ? (r3.__c = d2, 2 & d2.__g && (d2.__g |= 1)) : (C3 ? r3.__c = d2 = new V2(M, L2) : (r3.__c = d2 = new x(M, L2), d2.constructor = V2, d2.render = K), j2 && j2.sub(d2), d2.state || (d2.state = {}), d2.__n = i3, d2.__g |= 8, d2.__h = [], d2.__k = []), C3 && (d2.__s || (d2.__s = d2.state), V2.getDerivedStateFromProps && (d2.__s == d2.state && (d2.__s = _({}, d2.__s)), _(d2.__s, V2.getDerivedStateFromProps(M, d2.__s)))), k3 = d2.props, b = d2.state, d2.__v = r3, u3.__c) {
        if (M !== k3 && C3 && !V2.getDerivedStateFromProps && d2.componentWillReceiveProps && d2.componentWillReceiveProps(M, L2), r3.__v == u3.__v && !(8 & d2.__g) || !(4 & d2.__g) && d2.shouldComponentUpdate && false === d2.shouldComponentUpdate(M, d2.__s, L2)) {
          r3.__v != u3.__v && (d2.props = M, d2.state = d2.__s, d2.__g &= -9), r3.__e = u3.__e, r3.__k = u3.__k, r3.__k.some(function(n2) {
            n2 && (n2.__ = r3);
          }), y.push.apply(d2.__h, d2.__k), d2.__k = [], d2.__h.length && e3.push(d2), l3 = S(u3);
          break n;
        }
        d2.componentWillUpdate && d2.componentWillUpdate(M, d2.__s, L2), C3 && d2.componentDidUpdate && d2.__h.push(function() {
          d2.componentDidUpdate(k3, b, m3);
        });
      } else C3 && !V2.getDerivedStateFromProps && d2.componentWillMount && d2.componentWillMount(), C3 && d2.componentDidMount && d2.__h.push(d2.componentDidMount);
      d2.context = L2, d2.props = M, d2.__P = t3, d2.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
      do {
        d2.__g &= -9, H2 && H2(r3), s3 = d2.render(d2.props, d2.state = d2.__s, d2.context);
      } while (8 & d2.__g && ++q2 < 25);
      C3 && (y.push.apply(d2.__h, d2.__k), d2.__k = []), d2.state = d2.__s, d2.getChildContext && (i3 = _({}, i3, d2.getChildContext())), C3 && u3.__c && d2.getSnapshotBeforeUpdate && (m3 = d2.getSnapshotBeforeUpdate(k3, b)), A2 = s3 && s3.type === $ && null == s3.key ? s3.props.children : s3, M.__P && (s3 = l3, f3 = (t3 = M.__P).namespaceURI, c3 = o3 = null, u3.props && u3.props.__P != t3 && (u3.__k.some(function(n2) {
        n2 && J(n2, n2);
      }), u3.__k = null), l3 = u3.__k ? S(u3, 0) : null), l3 = I(t3, w(A2) ? A2 : [A2], r3, u3, i3, f3, o3, e3, l3, c3, a3), M.__P && (r3.__e = null, l3 = s3), r3.__u &= -161, p3 && p3.some(g), d2.__h.length && e3.push(d2), 1 & d2.__g && (d2.__g &= -4);
    } catch (t4) {
      if (e3.length = v3, r3.__v = null, c3 || o3) if (t4 && t4.then) {
        if (r3.__u |= 128 | c3, o3) {
          for (~(T3 = o3.indexOf(l3 || void 0)) || (T3 = o3.length); (N2 = o3[T3 - 1]) && 8 == N2.nodeType; ) T3--;
          for (; T3 < o3.length; T3++) if (N2 = o3[T3]) if (o3[T3] = null, O) {
            if (N2 == P2) break;
          } else {
            if (8 != N2.nodeType) break;
            N2.data.startsWith("$s") && (P2 = B(O = N2));
          }
        }
        if (!O) {
          for (; l3 && 8 == l3.nodeType && l3.nextSibling; ) l3 = l3.nextSibling;
          O = l3;
        }
        (s3 = B(O = r3.__c.__z || (r3.__c.__z = O))) ? (r3.__e = O, l3 = s3) : r3.__e = l3, l3 = l3 && l3.nextSibling;
      } else o3 && o3.some(g);
      else r3.__e = u3.__e;
      r3.__k || (r3.__k = u3.__k || []), t4 && t4.then || D(r3), n.__e(t4, r3, u3);
    }
  } else l3 = r3.__e = F(u3.__e, r3, u3, i3, f3, o3, e3, c3, a3, t3);
  return (s3 = n.diffed) && s3(r3), l3;
}
function B(n2, t3) {
  if (n2 && 8 == n2.nodeType && n2.data.startsWith("$s")) for (var r3 = 1; n2 = n2.nextSibling; ) {
    if (8 == n2.nodeType) {
      if (n2.data.startsWith("$s")) r3++;
      else if (n2.data.startsWith("/$s") && !--r3) return n2;
    }
    t3 && t3.push(n2);
  }
}
function D(n2) {
  n2 && (n2.__c && (n2.__c.__g |= 4), n2.__k && n2.__k.some(D));
}
function E(t3, r3, u3) {
  for (var i3 = 0; i3 < u3.length; ) G(u3[i3++], u3[i3++], u3[i3++]);
  n.__c && n.__c(r3, t3), t3.some(function(r4) {
    try {
      t3 = r4.__h, r4.__h = [], t3.some(function(n2) {
        n2.call(r4);
      });
    } catch (t4) {
      n.__e(t4, r4.__v);
    }
  });
}
function F(t3, r3, u3, i3, f3, o3, e3, l3, c3, a3) {
  var s3, h3, y3, _2, k3, b, m3, M, $2 = u3.props || p, x2 = r3.props, C3 = r3.type;
  if ("svg" == C3 ? f3 = "http://www.w3.org/2000/svg" : "math" == C3 ? f3 = "http://www.w3.org/1998/Math/MathML" : f3 || (f3 = "http://www.w3.org/1999/xhtml"), o3) {
    for (s3 = 0; s3 < o3.length; s3++) if ((k3 = o3[s3]) && (C3 ? k3.localName == C3 : 3 == k3.nodeType)) {
      t3 = k3, o3[s3] = null;
      break;
    }
  }
  if (!t3) {
    if (M = a3.ownerDocument || document, !C3) return M.createTextNode(x2);
    t3 = M.createElementNS(f3, C3, x2.is ? x2 : a3), l3 && (n.__m && n.__m(r3, o3), l3 = false), o3 = null;
  }
  if (C3) {
    if (a3 = "template" == C3 && t3.content || t3, o3 = "textarea" == C3 && null != x2.defaultValue ? null : o3 && d.call(a3.childNodes), !l3 && o3) for ($2 = {}, s3 = 0; s3 < t3.attributes.length; s3++) $2[(k3 = t3.attributes[s3]).name] = k3.value;
    for (s3 in $2) k3 = $2[s3], "dangerouslySetInnerHTML" == s3 ? y3 = k3 : "children" == s3 || s3 in x2 || "value" == s3 && "defaultValue" in x2 || "checked" == s3 && "defaultChecked" in x2 || N(t3, s3, null, k3, f3);
    for (s3 in x2) k3 = x2[s3], "children" == s3 ? _2 = k3 : "dangerouslySetInnerHTML" == s3 ? h3 = k3 : "value" == s3 ? b = k3 : "checked" == s3 ? m3 = k3 : l3 && "function" != typeof k3 || $2[s3] === k3 || N(t3, s3, k3, $2[s3], f3);
    h3 ? (l3 || y3 && (h3.__html == y3.__html || h3.__html == t3.innerHTML) || (t3.innerHTML = h3.__html), r3.__k = []) : (y3 && (t3.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f3 && v.test(C3)) && (f3 = "http://www.w3.org/1999/xhtml"), I(a3, w(_2) ? _2 : [_2], r3, u3, i3, f3, o3, e3, o3 ? o3[0] : u3.__k && S(u3, 0), l3, c3), o3 && o3.some(g)), l3 && "textarea" != C3 || (s3 = "value", "progress" == C3 && null == b ? t3.removeAttribute(s3) : null == b || b === t3[s3] && ("progress" != C3 || b) || N(t3, s3, b, $2[s3], f3), s3 = "checked", null != m3 && m3 != t3[s3] && N(t3, s3, m3, $2[s3], f3));
  } else $2 === x2 || l3 && t3.data == x2 || (t3.data = x2);
  return t3;
}
function G(t3, r3, u3, i3) {
  try {
    "function" == typeof t3 ? r3 ? r3.__x = t3(r3) || 1 : i3 && (i3 = i3.__c || i3.__e) && (r3 = i3.__x) && (i3.__x = null, "function" == typeof r3 ? r3() : t3(null)) : t3.current = r3;
  } catch (t4) {
    n.__e(t4, u3);
  }
}
function J(t3, r3, u3) {
  var i3, f3, o3, e3;
  if (n.unmount && n.unmount(t3), !(i3 = t3.ref) || i3.current && i3.current != t3.__e || G(i3, null, r3, t3), i3 = t3.__c) {
    if (i3.componentWillUnmount) try {
      i3.componentWillUnmount();
    } catch (t4) {
      n.__e(t4, r3);
    }
    i3.__P = i3.__n = null;
  }
  if (i3 = t3.__k) for (e3 = 0; e3 < i3.length; e3++) i3[e3] && J(i3[e3], r3, "function" != typeof t3.type || u3 && !t3.props.__P);
  !u3 && (i3 = t3.__c) && (i3 = i3.__z) && (f3 = B(i3, o3 = [])) && (i3 == t3.__e && o3.some(g), g(f3), g(i3)), u3 || g(t3.__e), t3.__e = t3.__c = t3.__ = null;
}
function K(n2, t3, r3) {
  return this.constructor(n2, r3);
}
function Q(t3, r3) {
  var u3, i3, f3, o3;
  n.__ && n.__(t3, r3), 9 == r3.nodeType && (r3 = r3.documentElement), i3 = (u3 = t3 && 32 & t3.__u) ? null : r3.__k, r3.__k = m($, { children: [t3] }), f3 = [], o3 = [], z(r3, r3.__k, i3 || p, p, r3.namespaceURI, i3 ? null : r3.firstChild ? d.call(r3.childNodes) : null, f3, i3 ? i3.__e : r3.firstChild, u3, o3), E(f3, r3.__k, o3), r3.__k.props.children = null;
}
n = { __e: function(n2, t3, r3, u3) {
  for (var i3, o3, e3; t3 = t3.__; ) if ((i3 = t3.__c) && !(1 & i3.__g)) {
    i3.__g |= 4;
    try {
      if ((e3 = (o3 = i3.constructor) && o3.getDerivedStateFromError) && i3.setState(o3.getDerivedStateFromError(n2)), i3.componentDidCatch && (i3.componentDidCatch(n2, u3 || {}), e3 = 1), e3 && 8 & i3.__g) return void (i3.__g |= 2);
    } catch (t4) {
      n2 = t4;
    }
  }
  throw f = 0, n2;
} }, t = 0, r = function(n2) {
  return null != n2 && n2.constructor === h;
}, x.prototype.setState = function(n2, t3) {
  var r3 = this.__s;
  r3 && r3 != this.state || (r3 = this.__s = _({}, this.state)), "function" == typeof n2 && (n2 = n2(_({}, r3), this.props)), n2 && (_(r3, n2), this.__v && (t3 && this.__k.push(t3), L(this)));
}, x.prototype.forceUpdate = function(n2) {
  this.__v && (this.__g |= 4, n2 && this.__h.push(n2), L(this));
}, x.prototype.render = $, u = [], f = 0, o = function(n2, t3) {
  return n2.__v.__b - t3.__v.__b;
}, e = /* @__PURE__ */ Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

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

// node_modules/preact/hooks/dist/hooks.mjs
var t2;
var r2;
var u2;
var i2;
var o2 = Object.is;
var f2 = 0;
var c2 = [];
var e2 = [];
var a2 = n;
var v2 = a2.__b;
var l2 = a2.__r;
var m2 = a2.diffed;
var h2 = a2.__c;
var s2 = a2.unmount;
var p2 = a2.__;
function y2(n2, t3) {
  a2.__h && a2.__h(r2, n2, f2 || t3), f2 = 0;
  var u3 = r2.__H || (r2.__H = { __: [], __h: [] });
  return n2 >= u3.__.length && u3.__.push({}), u3.__[n2];
}
function F2(n2, u3) {
  var i3 = y2(t2++, 4);
  !a2.__s && E2(i3.__H, u3) && (i3.__P = false, i3.__ = n2, i3.u = u3, r2.__h.push(i3));
}
function T2(n2) {
  return f2 = 5, w2(function() {
    return { current: n2 };
  }, []);
}
function w2(n2, r3) {
  var u3 = y2(t2++, 7);
  return E2(u3.__H, r3) && (u3.__ = n2(), u3.__H = r3), u3.__;
}
function g2() {
  var n2;
  do {
    for (; n2 = e2.shift(); ) try {
      C2(n2);
    } catch (t4) {
      a2.__e(t4, { __: (n2 = n2.__P) && n2.__v });
    }
    for (; n2 = c2.shift(); ) {
      var t3 = n2.__H;
      if (n2.__P && t3) try {
        t3.__h.some(C2), t3.__h.some(D2), t3.__h = [];
      } catch (r3) {
        t3.__h = [], a2.__e(r3, n2.__v);
      }
    }
  } while (e2.length);
}
a2.__b = function(n2) {
  r2 = null, v2 && v2(n2);
}, a2.__ = function(n2, t3) {
  n2 && t3.__k && t3.__k.__m && (n2.__m = t3.__k.__m), p2 && p2(n2, t3);
}, a2.__r = function(n2) {
  l2 && l2(n2), t2 = 0;
  var i3 = (r2 = n2.__c).__H;
  i3 && (u2 == r2 ? r2.__h = [] : (i3.__h.some(C2), i3.__h.some(D2), t2 = 0), i3.__h = [], i3.__.some(function(n3) {
    n3.__N && (n3.__ = n3.__N), n3.u = n3.__N = void 0;
  })), u2 = r2;
}, a2.diffed = function(n2) {
  m2 && m2(n2);
  var t3 = n2.__c;
  t3 && t3.__H && (t3.__H.__h.length && B2(c2.push(t3)), t3.__H.__.some(function(n3) {
    n3.u && (n3.__H = n3.u);
  })), u2 = r2 = null;
}, a2.__c = function(n2, t3) {
  t3.some(function(n3) {
    try {
      n3.__h.some(C2), n3.__h = n3.__h.filter(function(n4) {
        return !n4.__ || D2(n4);
      });
    } catch (t4) {
      n3.__h = [function() {
        throw t4;
      }];
    }
  }), h2 && h2(n2, t3);
}, a2.unmount = function(n2) {
  s2 && s2(n2);
  var t3, r3, u3 = n2.__c;
  u3 && u3.__H && (u3.__H.__.some(function(u4) {
    try {
      if (u4.__P && u4.__c) {
        if (void 0 === r3) {
          for (r3 = n2.__; r3 && (!r3.__c || !r3.__c.__P); ) r3 = r3.__;
          r3 = r3 && r3.__c;
        }
        u4.__P = r3, B2(e2.push(u4));
      } else C2(u4);
    } catch (n3) {
      t3 = n3;
    }
  }), u3.__H = void 0, t3 && a2.__e(t3, u3.__v));
};
var k2 = "function" == typeof requestAnimationFrame;
function z2(n2) {
  var t3, r3 = function() {
    clearTimeout(u3), k2 && cancelAnimationFrame(t3), setTimeout(n2);
  }, u3 = setTimeout(r3, 35);
  k2 && (t3 = requestAnimationFrame(r3));
}
function B2(n2) {
  1 != n2 && i2 == a2.requestAnimationFrame || ((i2 = a2.requestAnimationFrame) || z2)(g2);
}
function C2(n2) {
  var t3 = r2, u3 = n2.__c;
  "function" == typeof u3 && (n2.__c = void 0, u3()), r2 = t3;
}
function D2(n2) {
  var t3 = r2;
  n2.__c = n2.__(), r2 = t3;
}
function E2(n2, t3) {
  return !n2 || n2.length != t3.length || t3.some(function(t4, r3) {
    return !o2(t4, n2[r3]);
  });
}

// lib/modal.js
function useFocus(box, first) {
  F2(() => {
    const before = document.activeElement;
    const around = (
      /** @type {HTMLElement | null} */
      box.current?.parentElement?.closest("[role=dialog], [role=application]") ?? null
    );
    const target = (
      /** @type {HTMLElement | null} */
      box.current?.querySelector(first) ?? box.current
    );
    target?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "nearest" });
    return () => {
      const left = document.activeElement;
      if (left !== document.body && !box.current?.contains(left)) return;
      queueMicrotask(() => giveBack(before, around));
    };
  }, []);
}
function giveBack(before, around) {
  const target = before instanceof HTMLElement && around?.contains(before) ? before : around;
  target?.focus({ preventScroll: true });
}
function goRound(event, box) {
  if (event.key !== "Tab" || !box) return;
  const stops = (
    /** @type {HTMLElement[]} */
    [...box.querySelectorAll("button:not(:disabled), input, select, textarea")]
  );
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (document.activeElement !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
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
      !desk.get("heading").theme && k("p", { class: "wb-nothing wb-grow" }, desk.get("status")),
      // The drawing area is not Preact's: it is put there once.
      k("div", { class: "wb-main", hidden: !desk.get("heading").theme, ref: (host) => {
        if (host && stage.parentElement !== host) host.append(stage);
      } })
    ),
    k(Conflict, { desk }),
    desk.get("heading").theme && k(Status, { desk }),
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
    k("button", { type: "button", "aria-label": "Show the keys", title: "Show the keys (?)", onClick: () => desk.showHelp(true) }, "?")
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
          "aria-pressed": String(desk.surface.get("label") === name),
          "aria-label": `${name}, ${plural(here.filter((box) => box.label === name).length, "box", "boxes")} here, ${number(perLabel[name] ?? 0)} in all`,
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
  const box = T2(
    /** @type {HTMLElement | null} */
    null
  );
  useFocus(box, "button");
  const close = () => desk.showHelp(false);
  return k(
    "div",
    { class: "wb-veil", onMouseDown: (event) => event.target === event.currentTarget && close() },
    k(
      "div",
      { ref: box, class: "wb-dialog wb-wide", role: "dialog", "aria-modal": "true", "aria-label": "Keys", onKeyDown: (event) => goRound(event, box.current) },
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
    return found.sort((a3, b) => a3.order - b.order || (a3.key < b.key ? -1 : 1));
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
  return (boxes ?? []).map(({ label, x: x2, y: y3, width, height }) => ({ label, x: x2, y: y3, width, height }));
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
  /** @param {boolean} help */
  showHelp(help) {
    this.help = help;
    this.draw();
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
    this.born = this.model.get("heading").born;
    return new Journal(browserShelf(), `boxes/${this.model.get("place")}/${this.born}`);
  }
  #followTheme() {
    if (this.model.get("heading").born === this.born) return;
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
async function render(view) {
  const { model } = view;
  const { root, signal, close: leave } = openRoot(view, "wb-label wb-boxes", "Box panel");
  const style = document.createElement("style");
  style.textContent = model.get("inner_style");
  const frame = document.createElement("div");
  frame.className = "wb-boxes-frame";
  root.append(style, frame);
  const stage = document.createElement("div");
  stage.className = "wb-boxes-drawing";
  const desk = new Desk(model, signal, () => {
    if (signal.aborted) return;
    root.dataset.sample = String(model.get("sample"));
    Q(k(App, { desk, stage }), frame);
    describe(stage, desk);
  });
  desk.focus = () => {
    const target = stage.querySelector("[tabindex]");
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  };
  listen(root, stage, desk, signal);
  desk.draw();
  const url = URL.createObjectURL(new Blob([model.get("inner_module")], { type: "text/javascript" }));
  const inner = await import(url);
  URL.revokeObjectURL(url);
  if (signal.aborted) return;
  const close = await inner.default.render({ model: desk.surface, el: stage });
  describe(stage, desk);
  showWhole(stage, desk, signal);
  followMouse(stage, signal);
  desk.focus();
  desk.recover();
  return () => {
    close?.();
    Q(null, frame);
    leave();
  };
}
function describe(stage, desk) {
  const area = stage.querySelector("[tabindex]");
  const boxes = plural(desk.surface.boxes.length, "box", "boxes");
  area?.setAttribute("role", "group");
  area?.setAttribute("aria-label", `${desk.get("heading").name ?? "No image"}, ${boxes}: Tab selects a box, ? lists the keys, Escape leaves`);
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
      if (desk.help) {
        if (event.key === "Escape" || event.key === "?") desk.showHelp(false);
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
        desk.showHelp(true);
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
