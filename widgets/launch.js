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
    k(Log, { key: launch.id, text: desk.state.log })
  );
}
function Log({ text }) {
  const box = T2(
    /** @type {HTMLPreElement | null} */
    null
  );
  const follows = T2(true);
  F2(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
    follows.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  return k("pre", { ref: box, class: "wb-log", tabIndex: 0, role: "region", "aria-label": "Log", onScroll }, text || "(nothing printed yet)");
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
    const was = this.chosen?.state;
    this.set({ found: found.value, ...log && asked === this.state.chosen ? { log: log.value } : {} });
    if (was === "running" && this.chosen?.state !== "running") this.set({ notice: "" });
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
