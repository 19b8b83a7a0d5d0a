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

// lib/watching.js
var LOST = "The kernel was restarted: run the cell again.";
function waitingWords(waiting, health) {
  return waiting && health === "busy" ? `${waiting} (no answer from the kernel yet)` : waiting;
}
function message(error) {
  return error instanceof Error ? error.message : String(error);
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
function Filtered({ desk, head, words, row, id, empty, whole = false }) {
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
      { class: whole ? "wb-whole" : "" },
      k("thead", null, k("tr", null, head.map(([name, numeric]) => k("th", { key: name, class: numeric ? "wb-number" : "" }, name)))),
      k("tbody", null, shown.map((one) => k("tr", { key: id(one), class: one.deleted ? "wb-faint" : "" }, row(one).map((cell, index) => k("td", { key: index, class: head[index][1] ? "wb-number" : "" }, cell)))))
    )
  ];
}
function Editable({ desk, value, name, size = 20, save }) {
  return k("input", {
    // Not the value itself: drawing anew while somebody types must not take the letters away. What was refused goes.
    key: `${desk.state.refused} ${value}`,
    type: "text",
    defaultValue: value,
    size,
    title: value,
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
    whole: true,
    row: (row) => [
      row.deleted ? row.name : k(Editable, { desk, value: row.name, name: `Name of ${row.name}`, save: (name) => edit(row, { name }) }),
      row.deleted ? row.description : k(Editable, { desk, value: row.description, name: `Description of ${row.name}`, size: 28, save: (description) => edit(row, { description }) }),
      row.task,
      number(row.labels.length),
      number(row.samples),
      number(row.labeled),
      number(row.models),
      moment(row.created),
      row.deleted ? k("button", { type: "button", "aria-label": `Restore ${row.name}`, onClick: () => desk.change("Restoring …", "restore theme", { theme: row.id }, () => `“${row.name}” is back.`) }, "Restore") : k("button", { type: "button", "aria-label": `Delete ${row.name}`, onClick: () => desk.remove({ kind: "theme", id: row.id }, `Delete ${row.name}`, "delete theme", { theme: row.id }, `“${row.name}” is deleted; Restore brings it back.`) }, "Delete…")
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
      k(Editable, { desk, value: row.name, name: `Name of ${row.name}`, save: (name) => edit(row, { name }) }),
      k("input", { type: "color", value: row.color, "aria-label": `Color of ${row.name}`, onChange: (event) => edit(row, { color: event.target.value }) }),
      number(row.samples),
      number(row.boxes),
      k("button", { type: "button", "aria-label": `Delete ${row.name}`, onClick: () => desk.remove({ kind: "label", id: row.id }, `Delete ${row.name}`, "delete label", { theme: row.theme, label: row.id }, `“${row.name}” is deleted.`) }, "Delete…")
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
        k("button", { type: "button", "aria-label": `Delete version ${row.version} of ${row.theme_name}`, onClick: () => desk.remove({ kind: "model", ...which }, `Delete version ${row.version}`, "delete model", which, `Version ${row.version} is deleted.`) }, "Delete…")
      ];
    }
  });
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
  const y3 = Math.floor(at / pictures.columns) * pictures.cell * scale;
  const sheet = pictures.columns * pictures.cell * scale;
  return k(
    "span",
    { class: "wb-picture", style: { width: `${side}px`, height: `${side}px` } },
    k("span", {
      role: "img",
      "aria-label": name,
      class: scale > 1 ? "wb-crisp" : "",
      style: { display: "block", width: `${width * scale}px`, height: `${height * scale}px`, background: `url(${pictures.url}) -${x2}px -${y3}px / ${sheet}px auto no-repeat` }
    })
  );
}

// lib/admin/samples.js
var SIDE = 32;
function SampleTable({ desk }) {
  const { page, themes, where, chosen } = desk.state;
  if (!page) return null;
  const theme = themes.find((one) => one.id === where.theme);
  const labels = theme?.task === "boxes" ? [] : theme?.labels ?? [];
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
    labels.length > 0 && choice("Label", where.label, [["", "any label"], ...labels.map((label) => (
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
    labels.length > 0 && k(
      "select",
      {
        "aria-label": "Label the chosen images",
        disabled: few,
        value: "",
        onChange: (event) => desk.change("Labeling …", "label samples", { theme: where.theme, ids, label: event.target.value === "none" ? null : Number(event.target.value) }, (value) => `${plural(value.changed, "image")} changed, ${number(value.unchanged)} had it already.`)
      },
      k("option", { value: "", disabled: true }, few ? "Choose images to label them" : `Label ${what}…`),
      labels.map((label) => k("option", { key: label.id, value: label.id }, label.name)),
      k("option", { value: "none" }, "no label")
    ),
    k("button", { type: "button", disabled: few, onClick: () => desk.remove({ kind: "samples", ids }, `Delete ${what}`, "delete samples", { theme: where.theme, ids }, `${what} deleted; “deleted ones” shows them.`) }, few ? "Delete…" : `Delete ${what}…`)
  );
}
function Row({ desk, item, index, labels }) {
  const { chosen, page, picture, where } = desk.state;
  const label = labels.find((one) => one.id === item.label);
  const toggle = () => {
    const next = new Set(chosen);
    if (!next.delete(item.id)) next.add(item.id);
    desk.set({ chosen: next });
  };
  const pictures = page.sheet && picture ? { ...page.sheet, url: picture } : null;
  return k(
    "tr",
    { key: index, class: chosen.has(item.id) ? "wb-selected" : "" },
    k("td", null, k("input", { type: "checkbox", checked: chosen.has(item.id), "aria-label": `Choose ${item.name}`, onChange: toggle })),
    k("td", null, k(Picture, { pictures, sample: item.id, name: item.name, side: SIDE })),
    k("td", { class: "wb-number" }, k("button", { type: "button", class: "wb-link", title: "Show its history", "aria-label": `History of ${item.name}`, onClick: () => showHistory(desk, item) }, item.id)),
    k("td", { class: "wb-name", title: item.name }, item.name),
    k(
      "td",
      null,
      labels.length > 0 && k(Swatch, { color: label?.color ?? "transparent" }),
      " ",
      where.deleted || labels.length === 0 ? label?.name ?? (item.skipped ? "skipped" : "–") : k(
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
    k("button", { type: "submit" }, "Remove for good…")
  );
}
async function clean(desk, days) {
  const answer = await desk.ask("Looking at what would go …", "preview clean", { days });
  if (!answer) return;
  const { samples, themes, kept, snapshots } = answer.value;
  if (samples + themes === 0) {
    const why = kept > 0 ? ` ${number(kept)} stay, because registered models learned from them.` : "";
    return desk.set({ question: null, notice: { text: `Nothing was deleted more than ${plural(days, "day")} ago.${why}`, trouble: false } });
  }
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
var TABS = [["themes", "Themes"], ["labels", "Labels"], ["samples", "Samples"], ["models", "Models"], ["store", "Store"]];
var VIEWS = { themes: ThemeTable, labels: LabelTable, samples: SampleTable, models: ModelTable, store: StoreView };
function App({ desk }) {
  const { state } = desk;
  const sheet = T2(
    /** @type {HTMLElement | null} */
    null
  );
  F2(() => {
    if (sheet.current) sheet.current.scrollTop = 0;
  }, [state.tab, state.where.theme, state.where.offset]);
  return [
    k(Bar, { desk }),
    state.question && k(Ask, { key: state.question.button, desk }),
    state.notice && k("div", { class: `wb-ask${state.notice.trouble ? " wb-warn" : ""}`, role: state.notice.trouble ? "alert" : "status" }, state.notice.text),
    k("div", { ref: sheet, class: "wb-sheet" }, k(
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
    k("span", { class: state.health === "lost" ? "wb-warn" : "wb-faint", role: "status" }, state.health === "lost" ? LOST : waitingWords(state.waiting, state.health)),
    k("span", { class: "wb-grow" }),
    k("span", { class: "wb-faint" }, "changes are recorded for ", k("b", null, desk.annotator)),
    k("button", { type: "button", onClick: () => desk.reload() }, "Refresh")
  );
}
function Ask({ desk }) {
  const { question } = desk.state;
  const box = T2(
    /** @type {HTMLElement | null} */
    null
  );
  useFocus(box, "button:last-child");
  if (!question) return null;
  return k(
    "div",
    { ref: box, class: "wb-ask", role: "alertdialog", "aria-label": question.button, "aria-describedby": `${desk.link.view}-asked` },
    k("span", { class: "wb-grow", id: `${desk.link.view}-asked` }, question.text.join(" ")),
    k("button", { type: "button", class: "wb-danger", onClick: () => desk.confirm() }, question.button),
    k("button", { type: "button", onClick: () => desk.set({ question: null }) }, "Cancel")
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
      refused: 0,
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
      this.set({ notice: { text: message(error), trouble: true } });
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
    else this.set({ refused: this.state.refused + 1 });
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
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-label wb-admin", "Admin panel");
  const desk = new Desk(
    new Link(model, signal, { onHealth: (health) => desk.set({ health }) }),
    model.get("config").annotator,
    () => redraw(k(App, { desk }), root)
  );
  keepKeys(root, (event) => {
    if (event.key === "Escape") desk.set({ question: null, notice: null });
  });
  desk.open("themes");
  return close;
}
var main_default = { render };
export {
  main_default as default
};
