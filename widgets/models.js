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
function heading(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
function share(score) {
  return `${Math.round(score * 100)} %`;
}

// lib/watching.js
var LOST = "The kernel was restarted: run the cell again.";
function waitingWords(waiting, health) {
  return waiting && health === "busy" ? `${waiting} (no answer from the kernel yet)` : waiting;
}
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
    const [first, second] = [...next].sort((a3, b) => a3 - b);
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
        danger: true,
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

// lib/models/comparison.js
function ComparisonView({ desk, value, pictures }) {
  const [first, second] = [`version ${value.first.version}`, `version ${value.second.version}`];
  const change = (one, two) => one === null || two === null ? "" : `${two >= one ? "+" : "−"}${Math.abs(two - one).toFixed(4)}`;
  const line = (cells, key) => k("tr", { key }, cells.map((cell, index) => k("td", { key: index, class: index ? "wb-number" : "" }, cell)));
  const head = (name) => k("thead", null, k("tr", null, [name, first, second, "change"].map((text, index) => k("th", { key: text, class: index ? "wb-number" : "" }, heading(text)))));
  return k(
    "section",
    { "aria-label": `${first} and ${second} compared` },
    k("h3", null, `Version ${value.first.version} and ${second} compared`),
    value.notes.map((note) => k("p", { key: note, class: "wb-faint" }, note)),
    k(
      "div",
      { class: "wb-columns" },
      k("table", null, head("metric"), k("tbody", null, Object.entries(value.metrics).map(([name, [one, two]]) => line([heading(name), one?.toFixed(4) ?? "", two?.toFixed(4) ?? "", change(one, two)], name)))),
      value.labeled > 0 && k("table", null, head("F1 of class"), k("tbody", null, Object.entries(value.per_class).map(([name, [one, two]]) => line([name, one.f1.toFixed(4), two.f1.toFixed(4), change(one.f1, two.f1)], name))))
    ),
    value.labeled > 0 && k("p", null, `Of ${number(value.labeled)} labeled samples that both predicted: ${number(value.both_right)} right by both, ${number(value.only_first)} only by ${first}, ${number(value.only_second)} only by ${second}, ${number(value.both_wrong)} by neither.`),
    value.differing > 0 && k("h3", null, `${number(value.differing)} samples answered differently`),
    value.differing > 0 && k(
      "table",
      null,
      k("thead", null, k("tr", null, ["", "File name", "Label", heading(first), heading(second)].map((text) => k("th", { key: text }, text)))),
      k("tbody", null, value.differences.slice(0, 200).map(
        (row) => k(
          "tr",
          { key: row.sample_id },
          k("td", null, k(Picture, { pictures, sample: row.sample_id, name: row.name })),
          k("td", null, k("button", { type: "button", class: "wb-link", onClick: () => desk.trace(String(row.sample_id)) }, row.name)),
          k("td", null, row.actual ?? "–"),
          k("td", null, `${row.first} ${share(row.first_score)}`),
          k("td", null, `${row.second} ${share(row.second_score)}`)
        )
      ))
    )
  );
}

// lib/models/lineage.js
function VersionView({ desk, value }) {
  const facts = [
    ["Description", value.description],
    ["Run", `${value.run.name ?? "no longer in MLflow"} (${value.run_id})`],
    ["Commit", value.run.git_commit ?? "unknown"],
    ["Snapshot", value.snapshot_digest || "unknown"],
    ["Labels", value.class_names.join(", ")]
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
    k("thead", null, k("tr", null, k("th", null, "Label"), splits.map((split) => k("th", { key: split, class: "wb-number" }, split)))),
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
      k("thead", null, k("tr", null, ["version", "stage", "used for", "label then", "predicted", "score"].map((name) => k("th", { key: name, class: name === "version" || name === "score" ? "wb-number" : "" }, heading(name))))),
      k("tbody", null, value.uses.map(
        (use) => k("tr", { key: use.version }, [use.version, use.stage, use.split ?? "–", use.label_then ?? "–", use.predicted ?? "–", use.score === null ? "" : share(use.score)].map((text, index) => k("td", { key: index, class: index === 0 || index === 5 ? "wb-number" : "" }, text)))
      ))
    ),
    k("h3", null, "What people decided"),
    k("table", null, k("tbody", null, value.history.map((event, index) => k("tr", { key: index }, k("td", { class: "wb-time" }, moment(event.at)), k("td", null, event.action), k("td", null, `${event.before ?? "none"} → ${event.after ?? "none"}`), k("td", null, event.annotator)))))
  );
}

// lib/models/app.js
function App({ desk }) {
  const { state } = desk;
  return [
    k(Bar, { desk }),
    state.question && k(Ask, { key: state.question.text, desk }),
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
    k("span", { class: state.health === "lost" ? "wb-warn" : "wb-faint", role: "status" }, state.health === "lost" ? LOST : waitingWords(state.waiting, state.health)),
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
    k("button", { type: "button", "aria-pressed": String(state.offer !== null), onClick: () => desk.offer(), title: "Make a finished run a version of the model" }, "Register a run"),
    k("button", { type: "button", onClick: () => desk.check(), title: "Compare MLflow's registry with the store" }, "Check registry"),
    k("button", { type: "button", onClick: () => desk.load() }, "Refresh")
  );
}
function Ask({ desk }) {
  const { question } = desk.state;
  const box = T2(
    /** @type {HTMLElement | null} */
    null
  );
  useFocus(box, question?.danger ? "button:last-child" : "button");
  if (!question) return null;
  return k(
    "div",
    { ref: box, class: "wb-ask", role: "alertdialog", "aria-label": question.text },
    k("span", { class: "wb-grow" }, question.text),
    k("button", { type: "button", class: question.danger ? "wb-danger" : "wb-primary", onClick: () => desk.confirm() }, question.button),
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
      k("thead", null, k("tr", null, k("th", null, "Run"), k("th", null, "Started"), offer.metrics.map((name) => k("th", { key: name, class: "wb-number" }, heading(name))), k("th", null, ""))),
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
  if (versions.length === 0) return k("p", { class: "wb-faint" }, "No registered models yet: press “Register a run” above.");
  return k(
    "table",
    { "aria-label": "Model versions" },
    k("thead", null, k("tr", null, ["", "Version", "Stage", "Created"].map((name) => k("th", { key: name, class: name === "Version" ? "wb-number" : "" }, name)), [...metrics, "predictions"].map((name) => k("th", { key: name, class: "wb-number" }, heading(name))), k("th", null, ""))),
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
  return [
    k("p", { class: "wb-faint" }, "Tick one version to trace it, two to compare them."),
    k("section", { "aria-label": "History" }, k("h3", null, "History"), k(History, { desk }))
  ];
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
    () => redraw(k(App, { desk }), root)
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
