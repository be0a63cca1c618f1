//! The only door to floating-point functions. The standard library's differ between targets in the last bit (on 3–10 % of
//! inputs between x86-64 and wasm); these come from one pinned version of `libm` and are the same everywhere. The four
//! basic operations and the square root are exact by IEEE 754 and need no door.

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),+) = $implementation:path;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name($($argument: f64),+) -> f64 {
                $implementation($($argument),+)
            }
        )*
    };
}

functions! {
    /// eˣ.
    exp(x) = libm::exp;
    /// eˣ − 1, exact also near zero.
    exp_m1(x) = libm::expm1;
    /// 2ˣ.
    exp2(x) = libm::exp2;
    /// Natural logarithm.
    ln(x) = libm::log;
    /// ln(1 + x), exact also near zero.
    ln_1p(x) = libm::log1p;
    /// Logarithm to base 2.
    log2(x) = libm::log2;
    /// Logarithm to base 10.
    log10(x) = libm::log10;
    /// x to the power y.
    pow(x, y) = libm::pow;
    /// Square root.
    sqrt(x) = libm::sqrt;
    /// Cube root.
    cbrt(x) = libm::cbrt;
    /// √(x² + y²) without overflow on the way.
    hypot(x, y) = libm::hypot;
    /// Sine of an angle in radians.
    sin(x) = libm::sin;
    /// Cosine of an angle in radians.
    cos(x) = libm::cos;
    /// Tangent of an angle in radians.
    tan(x) = libm::tan;
    /// Angle in radians, −π/2 to π/2, with this sine.
    asin(x) = libm::asin;
    /// Angle in radians, 0 to π, with this cosine.
    acos(x) = libm::acos;
    /// Angle in radians, −π/2 to π/2, with this tangent.
    atan(x) = libm::atan;
    /// Angle in radians, −π to π, of the point (x, y) seen from the origin.
    atan2(y, x) = libm::atan2;
    /// Hyperbolic sine.
    sinh(x) = libm::sinh;
    /// Hyperbolic cosine.
    cosh(x) = libm::cosh;
    /// Hyperbolic tangent.
    tanh(x) = libm::tanh;
    /// Inverse hyperbolic sine.
    asinh(x) = libm::asinh;
    /// Gamma function.
    gamma(x) = libm::tgamma;
    /// Error function.
    erf(x) = libm::erf;
    /// The largest whole number not above x.
    floor(x) = libm::floor;
    /// The smallest whole number not below x.
    ceil(x) = libm::ceil;
    /// The nearest whole number, halves away from zero.
    round(x) = libm::round;
    /// The whole part: rounded towards zero.
    trunc(x) = libm::trunc;
    /// Remainder of x ÷ y with the sign of x.
    rem(x, y) = libm::fmod;
}
