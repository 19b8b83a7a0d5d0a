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
  var s3, h3, v3, w3, d3, _3, g3 = u3.__k || y, k3 = t3.length;
  for (l3 = q(r3, t3, g3, l3, k3), s3 = 0; s3 < k3; s3++) null != (v3 = r3.__k[s3]) && (h3 = ~v3.__i && g3[v3.__i] || p, v3.__i = s3, _3 = z(n2, v3, h3, i3, f3, o3, e3, l3, c3, a3), w3 = v3.__e, (h3.ref != v3.ref || 8 & h3.__u) && (h3.ref && G(h3.ref, null, v3, h3), v3.ref && a3.push(v3.ref, v3.__c || w3, v3)), d3 = d3 || w3, 4 & v3.__u ? (l3 = A(v3, l3, n2, !h3.__v), h3.__e && (h3.__e = null)) : "function" == typeof v3.type && void 0 !== _3 ? l3 = _3 : w3 && (l3 = w3.nextSibling), v3.__u &= -21);
  return r3.__e = d3, l3;
}
function q(n2, t3, r3, u3, i3) {
  var f3, o3, e3, l3, c3, a3, s3, p3, y3, v3 = r3.length, d3 = v3, _3 = 0, g3 = 0, k3 = n2.__k = Array(i3);
  for (f3 = 0; f3 < i3; f3++) null != (o3 = t3[f3]) && "boolean" != typeof o3 && "function" != typeof o3 ? ("object" != typeof o3 || o3.constructor === String ? o3 = k3[f3] = m(null, o3) : w(o3) ? o3 = k3[f3] = m($, { children: o3 }) : o3.constructor === h && o3.__b ? o3 = k3[f3] = m(o3.type, o3.props, o3.key, o3.ref, o3.__v) : k3[f3] = o3, l3 = f3 + _3, o3.__ = n2, o3.__b = n2.__b + 1, e3 = null, ~(c3 = o3.__i = P(o3, r3, l3, d3)) && (d3--, (e3 = r3[c3]) && (e3.__u |= 2)), e3 && e3.__v ? (o3.__u |= 16, c3 == l3 - 1 ? _3-- : c3 == l3 + 1 ? _3++ : c3 != l3 && (c3 > l3 ? _3-- : _3++, g3 = 1)) : (~c3 || (i3 > v3 ? _3-- : i3 < v3 && _3++), "function" != typeof o3.type && (o3.__u |= 4))) : k3[f3] = null;
  if (g3) {
    for (a3 = [], s3 = [], f3 = 0; f3 < i3; f3++) if ((o3 = k3[f3]) && 16 & o3.__u) {
      for (_3 = 0, p3 = a3.length; _3 < p3; ) a3[y3 = _3 + p3 >> 1] < o3.__i ? _3 = y3 + 1 : p3 = y3;
      a3[_3] = o3.__i, s3[f3] = _3 + 1;
    }
    for (_3 = a3.length; f3--; ) s3[f3] && (s3[f3] == _3 ? _3-- : k3[f3].__u |= 4);
  }
  if (d3) for (f3 = 0; f3 < v3; f3++) !(e3 = r3[f3]) || 2 & e3.__u || (e3.__e == u3 && (u3 = S(e3)), J(e3, e3));
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
  var s3, p3, v3, d3, k3, b, m3, M, C3, j2, L2, H2, q2, A2, O, P2, T3, N2, V2 = r3.type;
  if (r3.constructor !== h) return null;
  128 & u3.__u && (c3 = 32 & u3.__u, s3 = u3.__c.__z) && (r3.__u |= c3, p3 = o3 = [], 8 == s3.nodeType ? l3 = B(s3, o3) : o3.push(s3), l3 = o3[0] || l3), (s3 = n.__b) && s3(r3);
  n: if ("function" == typeof V2) {
    v3 = e3.length;
    try {
      if (M = r3.props, C3 = (s3 = V2.prototype) && s3.render, j2 = (s3 = V2.contextType) && i3[s3.__c], L2 = s3 ? j2 ? j2.props.value : s3.__ : i3, (d3 = u3.__c) ? (r3.__c = d3, 2 & d3.__g && (d3.__g |= 1)) : (C3 ? r3.__c = d3 = new V2(M, L2) : (r3.__c = d3 = new x(M, L2), d3.constructor = V2, d3.render = K), j2 && j2.sub(d3), d3.state || (d3.state = {}), d3.__n = i3, d3.__g |= 8, d3.__h = [], d3.__k = []), C3 && (d3.__s || (d3.__s = d3.state), V2.getDerivedStateFromProps && (d3.__s == d3.state && (d3.__s = _({}, d3.__s)), _(d3.__s, V2.getDerivedStateFromProps(M, d3.__s)))), k3 = d3.props, b = d3.state, d3.__v = r3, u3.__c) {
        if (M !== k3 && C3 && !V2.getDerivedStateFromProps && d3.componentWillReceiveProps && d3.componentWillReceiveProps(M, L2), r3.__v == u3.__v && !(8 & d3.__g) || !(4 & d3.__g) && d3.shouldComponentUpdate && false === d3.shouldComponentUpdate(M, d3.__s, L2)) {
          r3.__v != u3.__v && (d3.props = M, d3.state = d3.__s, d3.__g &= -9), r3.__e = u3.__e, r3.__k = u3.__k, r3.__k.some(function(n2) {
            n2 && (n2.__ = r3);
          }), y.push.apply(d3.__h, d3.__k), d3.__k = [], d3.__h.length && e3.push(d3), l3 = S(u3);
          break n;
        }
        d3.componentWillUpdate && d3.componentWillUpdate(M, d3.__s, L2), C3 && d3.componentDidUpdate && d3.__h.push(function() {
          d3.componentDidUpdate(k3, b, m3);
        });
      } else C3 && !V2.getDerivedStateFromProps && d3.componentWillMount && d3.componentWillMount(), C3 && d3.componentDidMount && d3.__h.push(d3.componentDidMount);
      d3.context = L2, d3.props = M, d3.__P = t3, d3.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
      do {
        d3.__g &= -9, H2 && H2(r3), s3 = d3.render(d3.props, d3.state = d3.__s, d3.context);
      } while (8 & d3.__g && ++q2 < 25);
      C3 && (y.push.apply(d3.__h, d3.__k), d3.__k = []), d3.state = d3.__s, d3.getChildContext && (i3 = _({}, i3, d3.getChildContext())), C3 && u3.__c && d3.getSnapshotBeforeUpdate && (m3 = d3.getSnapshotBeforeUpdate(k3, b)), A2 = s3 && s3.type === $ && null == s3.key ? s3.props.children : s3, M.__P && (s3 = l3, f3 = (t3 = M.__P).namespaceURI, c3 = o3 = null, u3.props && u3.props.__P != t3 && (u3.__k.some(function(n2) {
        n2 && J(n2, n2);
      }), u3.__k = null), l3 = u3.__k ? S(u3, 0) : null), l3 = I(t3, w(A2) ? A2 : [A2], r3, u3, i3, f3, o3, e3, l3, c3, a3), M.__P && (r3.__e = null, l3 = s3), r3.__u &= -161, p3 && p3.some(g), d3.__h.length && e3.push(d3), 1 & d3.__g && (d3.__g &= -4);
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
  var s3, h3, y3, _3, k3, b, m3, M, $2 = u3.props || p, x2 = r3.props, C3 = r3.type;
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
    for (s3 in x2) k3 = x2[s3], "children" == s3 ? _3 = k3 : "dangerouslySetInnerHTML" == s3 ? h3 = k3 : "value" == s3 ? b = k3 : "checked" == s3 ? m3 = k3 : l3 && "function" != typeof k3 || $2[s3] === k3 || N(t3, s3, k3, $2[s3], f3);
    h3 ? (l3 || y3 && (h3.__html == y3.__html || h3.__html == t3.innerHTML) || (t3.innerHTML = h3.__html), r3.__k = []) : (y3 && (t3.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f3 && v.test(C3)) && (f3 = "http://www.w3.org/1999/xhtml"), I(a3, w(_3) ? _3 : [_3], r3, u3, i3, f3, o3, e3, o3 ? o3[0] : u3.__k && S(u3, 0), l3, c3), o3 && o3.some(g)), l3 && "textarea" != C3 || (s3 = "value", "progress" == C3 && null == b ? t3.removeAttribute(s3) : null == b || b === t3[s3] && ("progress" != C3 || b) || N(t3, s3, b, $2[s3], f3), s3 = "checked", null != m3 && m3 != t3[s3] && N(t3, s3, m3, $2[s3], f3));
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
function redraw(what2, root) {
  const had = root.contains(document.activeElement);
  Q(what2, root);
  if (had && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
}
function keepKeys(root, onKey2 = () => void 0) {
  root.addEventListener("keydown", (event) => {
    if (passes(event)) return letThrough(root);
    event.stopPropagation();
    onKey2(event);
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
  return changeList(draft, path, (list, index) => list.filter((_3, number2) => number2 !== index));
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
function nearest(typed2, known) {
  const letters = typed2.toLowerCase();
  const holdsInOrder = (name) => {
    let at = -1;
    return [...letters].every((letter) => (at = name.indexOf(letter, at + 1)) >= 0);
  };
  const tests = [(name) => name.startsWith(letters), (name) => name.includes(letters), holdsInOrder];
  for (const test of tests) {
    const found = known.find((name) => test(name.toLowerCase()));
    if (found) return found;
  }
  const near = known.map((name) => ({ name, slips: slipsBetween(letters, name.toLowerCase()) })).sort((one, other) => one.slips - other.slips)[0];
  return near && near.slips <= Math.max(1, letters.length / 4) ? near.name : null;
}
function slipsBetween(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_3, at) => at);
  for (let down = 1; down <= one.length; down++) {
    const next = [down];
    for (let at = 1; at <= other.length; at++) next[at] = Math.min(row[at] + 1, next[at - 1] + 1, row[at - 1] + (one[down - 1] === other[at - 1] ? 0 : 1));
    row = next;
  }
  return row[other.length];
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
    this.wrong = "";
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
    redraw(k(this.App, { desk: this }), this.root);
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
  /** Whether a dialog is open. */
  get asks() {
    return this.state.keys || this.state.yaml !== "" || this.state.askReload;
  }
  closeDialog() {
    this.set({ keys: false, yaml: "", askReload: false });
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
    this.set({ draft, notice: "", problem: this.state.problem === this.wrong ? this.wrong : "" });
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
      const problem = this.state.problem === this.wrong ? "" : this.state.problem;
      if (view === this.state.view) this.set({ answer: { ...value, view }, pictures, problem });
      for (const shown2 of old) URL.revokeObjectURL(shown2.url);
      if (since) requestAnimationFrame(() => setTimeout(() => {
        this.root.dataset.redrawMs = String(Math.round(performance.now() - since));
      }));
    } catch (error) {
      this.wrong = message(error);
      this.set({ problem: this.wrong });
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
  const target = (
    /** @type {HTMLElement} */
    event.target
  );
  if (event.key === "Escape") {
    if (desk.asks) desk.closeDialog();
    else desk.root.focus();
    event.preventDefault();
    return;
  }
  if (desk.asks && event.key !== "?") return;
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
      return () => desk.asks ? desk.closeDialog() : desk.set({ keys: true });
    default:
      return null;
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
function d2(n2) {
  return f2 = 1, _2(G2, n2);
}
function _2(n2, u3, i3) {
  var f3 = y2(t2++, 2);
  if (f3.t = n2, !f3.__c && (f3.__ = [i3 ? i3(u3) : G2(void 0, u3), function(n3) {
    var t3 = (f3.__N || f3.__)[0], r3 = f3.t(t3, n3);
    o2(t3, r3) || (f3.__N = [r3, f3.__[1]], f3.__c.setState({}));
  }], f3.__c = r2, !r2.__f)) {
    r2.__f = true;
    var c3 = r2.shouldComponentUpdate;
    r2.shouldComponentUpdate = function(n3, t3, r3) {
      var u4 = this.__H;
      if (!u4) return true;
      var i4 = false, f4 = this.props != n3;
      if (u4.__.some(function(n4) {
        n4.__N && (i4 = true, o2(n4.__[0], n4.__N[0]) || (f4 = true));
      }), c3) {
        var e3 = c3.call(this, n3, t3, r3);
        return i4 ? e3 || f4 : e3;
      }
      return !i4 || f4;
    };
  }
  return f3.__;
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
function G2(n2, t3) {
  return "function" == typeof t3 ? t3(n2) : t3;
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

// lib/typed_input.js
function TypedInput({ value, onTyped, ...rest }) {
  const [text, setText] = d2(
    /** @type {string | null} */
    null
  );
  return k("input", {
    ...rest,
    value: text ?? value,
    onInput: (event) => setText(event.target.value),
    onChange: (event) => {
      setText(null);
      onTyped(event.target.value, event.target);
    },
    onBlur: () => setText(null)
  });
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
        k("figcaption", null, k("strong", null, words(stage.name)), k("span", { class: "wb-faint" }, `${stage.count > 1 ? `${stage.count} × ` : ""}${stage.size[1]} × ${stage.size[0]}`)),
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
      `From ${answer.from}: ${count} × ${channels} × ${height} × ${width}. As numbers, after normalization: mean ${answer.mean.join(", ")}; deviation ${answer.std.join(", ")}. Shown in true colors.`,
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
  return value.join(" × ");
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
    k(TypedInput, { type: "text", value: shown(value), onTyped: (text) => onValue(typed(text), false) }),
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
  const take = (text, moving) => {
    const number2 = Number(text);
    if (text !== "" && Number.isFinite(number2)) onValue(rounded(number2, range2.step), moving);
  };
  return k(
    "div",
    { class: "wb-slider" },
    k("input", { type: "range", min: range2.low, max: range2.high, step: range2.step, value, "aria-label": words(name), onInput: (event) => take(event.target.value, true) }),
    k(TypedInput, { type: "number", step: range2.step, value, "aria-label": `${words(name)}, number`, onTyped: (text) => take(text, false) })
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
      k("option", { value: "" }, "more arguments…"),
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
    if (!known.includes(field.value)) return desk.set({ problem: noTransform(desk.library, field.value, known) });
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
function noTransform(library, name, known) {
  if (!name) return "Type the name of a transform, then add it.";
  const close = nearest(name, known);
  return `${library} has no transform '${name}'.${close ? ` Did you mean '${close}'?` : ""}`;
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
  const take = (typed2) => {
    const numbers = typed2.split(/[^0-9]+/).filter(Boolean).map(Number);
    const value = numbers.length === 0 ? null : numbers.length === 1 ? numbers[0] : numbers.slice(0, 2);
    if (JSON.stringify(value) !== JSON.stringify(size)) desk.edit(setValue(draft, ["image", "size"], value));
  };
  return k(
    "label",
    { class: "wb-field", title: "One number for a square, or height x width; empty leaves images as they are" },
    k("span", null, "image size"),
    k(TypedInput, { type: "text", value: text, placeholder: "as it is", onTyped: take })
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
    desk.set({ problem: noTransform(desk.library, name, known) });
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
var named = (split) => split === "unassigned" ? "no split" : split;
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
          [label.least, label.median, label.most].map((size, index) => k("td", { key: index, class: "wb-number" }, `${number(size[0])} × ${number(size[1])}`))
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
          ([x2, y3], index) => k("circle", { key: `${label.label} ${index}`, cx: x2 / range2[0] * side, cy: (up ? 1 - y3 / range2[1] : y3 / range2[1]) * side, r: 2, fill: label.color, "fill-opacity": 0.5 })
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
    k("tr", null, k("th", null, "label"), k("th", null), k("th", { class: "wb-number" }, of), splits.map((split) => k("th", { key: split, class: "wb-number" }, k("span", { class: "wb-swatch", style: { background: colors[split] } }), ` ${named(split)}`))),
    rows.map(
      ([label, row]) => k(
        "tr",
        { key: label },
        k("td", null, label),
        k("td", { class: "wb-bars" }, splits.map((split) => k("span", { key: split, title: `${named(split)} ${number(row[split])}`, style: { width: `${100 * row[split] / most}%`, background: colors[split] } }))),
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
    k("tr", null, k("th", null, "width × height"), k("th", { class: "wb-number" }, of)),
    shown2.map(([width, height, count]) => k("tr", { key: `${width}x${height}` }, k("td", null, `${number(width)} × ${number(height)}`), k("td", { class: "wb-number" }, number(count)))),
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
  const { labels, label, split, search, rows, total, boxed, of, sample } = desk.state;
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
      k("input", { type: "search", placeholder: "File name", "aria-label": "Search by file name", value: search, onInput: (event) => desk.filter({ search: event.target.value }) })
    ),
    k(
      "div",
      { class: "wb-rows", role: "listbox", "aria-label": "Images", tabIndex: 0, "aria-activedescendant": sample ? `${desk.link.view}-${sample.id}` : void 0, onKeyDown: (event) => onArrow(desk, event) },
      rows.map((row) => k(Card, { key: row.id, desk, row })),
      rows.length === 0 && (search !== "" || label !== null || split !== "") && k("p", { class: "wb-faint wb-none" }, "No image matches."),
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
    { id: `${desk.link.view}-${row.id}`, class: `wb-card${chosen ? " wb-chosen" : ""}`, role: "option", "aria-selected": chosen, "aria-label": told, title: told, "data-sample": row.id, onClick: () => desk.choose(row) },
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
      k("main", { class: "wb-main" }, k(Tabs, { desk }), k("div", { class: "wb-scroll", role: "tabpanel", "aria-label": VIEWS.find((each) => each.view === view)?.name }, view === "data" ? k(Data, { desk }) : k(Answer, { desk }))),
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
    k("strong", { class: "wb-ellipsis", title: theme }, theme),
    sample && k("span", { class: "wb-ellipsis wb-faint", title: sample.name }, `${sample.name}: ${sample.label || "unlabeled"}${sample.split ? `, ${sample.split}` : ""}`),
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
      { class: "wb-segments", role: "tablist", "aria-label": "Views", onKeyDown: (event) => onTabKey(desk, event) },
      VIEWS.map((each) => k("button", { key: each.view, role: "tab", tabIndex: view === each.view ? 0 : -1, "aria-selected": view === each.view, onClick: () => desk.show(each.view) }, each.name))
    ),
    k("span", { class: "wb-grow" }),
    draws && k("span", { class: "wb-faint wb-number" }, `seed ${seed}`),
    draws && k("button", { onClick: () => desk.reroll() }, "Roll again")
  );
}
function onTabKey(desk, event) {
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const at = VIEWS.findIndex((each) => each.view === desk.state.view) + by;
  const next = VIEWS[(at + VIEWS.length) % VIEWS.length];
  desk.show(next.view);
  /** @type {HTMLElement} */
  event.currentTarget.children[VIEWS.indexOf(next)]?.focus();
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
  const said = health === "lost" ? k("span", { class: "wb-warn" }, LOST) : health === "busy" ? "No answer from the kernel yet; the picture follows." : waiting ? "Working …" : notice || (desk.changed ? "Not saved yet." : "As in auguments.yaml.");
  return k(
    "footer",
    { class: "wb-status", role: "status" },
    problem ? k("span", { class: "wb-warn wb-problem" }, problem) : k("span", null, said),
    k("span", { class: "wb-grow" }),
    off > 0 && k("span", { class: "wb-faint" }, `${off} switched off: left out when saving`)
  );
}
function Dialog({ desk, label, first = "button", children }) {
  const box = T2(
    /** @type {HTMLElement | null} */
    null
  );
  useFocus(box, first);
  return k(
    "div",
    { class: "wb-veil", onMouseDown: (event) => event.target === event.currentTarget && desk.closeDialog() },
    k(
      "div",
      { ref: box, class: "wb-dialog", role: "dialog", "aria-modal": "true", "aria-label": label, tabIndex: -1, onKeyDown: (event) => goRound(event, box.current) },
      k("h3", null, label),
      children
    )
  );
}
function Keys({ desk }) {
  return k(
    Dialog,
    { desk, label: "Keys" },
    k("table", null, k("tbody", null, KEYS.map(([key, does]) => k("tr", { key }, k("th", { scope: "row" }, key), k("td", null, does))))),
    k("div", { class: "wb-row wb-right" }, k("button", { onClick: () => desk.closeDialog() }, "Close"))
  );
}
function Yaml({ desk }) {
  const { yaml } = desk.state;
  return k(
    Dialog,
    { desk, label: "Settings as YAML", first: "textarea" },
    k("textarea", { class: "wb-yaml", readOnly: true, "aria-label": "Settings as YAML", value: yaml, onFocus: (event) => event.target.select() }),
    k("div", { class: "wb-row wb-right" }, k("button", { onClick: () => desk.closeDialog() }, "Close"))
  );
}
function Reload({ desk }) {
  return k(
    Dialog,
    { desk, label: "Load auguments.yaml?" },
    k("div", null, "Your changes are not saved; loading the file drops them."),
    k(
      "div",
      { class: "wb-row wb-right" },
      k("button", { onClick: () => desk.closeDialog() }, "Keep my changes"),
      k("button", { class: "wb-danger", onClick: () => desk.reload() }, "Drop my changes and load")
    )
  );
}

// lib/explore/main.js
function render(view) {
  const { model } = view;
  const { root, signal, close } = openRoot(view, "wb-explore", "Explore panel");
  const desk = new Desk(model, signal, root, App);
  keepKeys(root, (event) => onKey(desk, event));
  desk.begin();
  return close;
}
var main_default = { render };
export {
  main_default as default
};
