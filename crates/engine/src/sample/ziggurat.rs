//! Standard normal and exponential numbers by the ziggurat method (Marsaglia and Tsang 2000), with 256 layers of equal area
//! and tables computed through [`crate::math`].
//!
//! Layer 0 is the base: a rectangle of height f(r) and the tail beyond r. Layer i above it reaches right to its edge, where
//! the curve enters it, and up to where the curve leaves it, at the edge of layer i + 1. One word chooses the layer (8 bits) and a place in it (53 bits, one of
//! them the sign); where the place lies under the layer above it is under the curve for certain, in 99 draws of 100.

use crate::{Stream, math};
use std::sync::LazyLock;

const LAYERS: usize = 256;

/// Where the tail begins, chosen so that 256 layers of equal area end exactly at the top of the curve (Marsaglia and Tsang;
/// more digits as in Doornik 2005). A test checks that they do.
const NORMAL_TAIL: f64 = 3.654_152_885_361_009;
const EXPONENTIAL_TAIL: f64 = 7.697_117_470_131_05;

/// The curve and its layers.
struct Ziggurat {
    /// The curve at the right ends of the layers.
    height: [f64; LAYERS + 1],
    /// A place below this is under the curve for certain.
    sure: [u64; LAYERS],
    /// Width of a layer per place.
    step: [f64; LAYERS],
}

impl Ziggurat {
    /// The ziggurat of a falling curve with `curve(0) = 1`, whose tail begins at `tail` and has the area `tail_area`;
    /// `places` is the number of places in a layer.
    fn new(curve: fn(f64) -> f64, inverse: fn(f64) -> f64, tail: f64, tail_area: f64, places: f64) -> Ziggurat {
        let area = tail * curve(tail) + tail_area;
        // The base counts as a rectangle as large as it is with its tail; what falls beyond its edge belongs to the tail.
        let mut edge = [0.0; LAYERS + 1];
        edge[0] = area / curve(tail);
        edge[1] = tail;
        for layer in 2..LAYERS {
            edge[layer] = inverse(curve(edge[layer - 1]) + area / edge[layer - 1]);
        }
        Ziggurat {
            height: edge.map(curve),
            sure: std::array::from_fn(|layer| (edge[layer + 1] / edge[layer] * places) as u64),
            step: std::array::from_fn(|layer| edge[layer] / places),
        }
    }

    /// Whether a point at `x` in the part of `layer` that the curve cuts, at a uniform height, is under the curve.
    fn accepts(&self, layer: usize, x: f64, curve: fn(f64) -> f64, stream: &mut Stream) -> bool {
        let (low, high) = (self.height[layer], self.height[layer + 1]);
        low + (high - low) * stream.unit() < curve(x)
    }
}

fn normal_curve(x: f64) -> f64 {
    math::exp(-0.5 * x * x)
}

fn exponential_curve(x: f64) -> f64 {
    math::exp(-x)
}

/// Places on each side of zero.
const NORMAL_PLACES: f64 = (1_u64 << 52) as f64;
const EXPONENTIAL_PLACES: f64 = (1_u64 << 53) as f64;

static NORMAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    let tail_area = math::sqrt(std::f64::consts::FRAC_PI_2) * libm::erfc(NORMAL_TAIL * std::f64::consts::FRAC_1_SQRT_2);
    Ziggurat::new(normal_curve, |y| math::sqrt(-2.0 * math::ln(y)), NORMAL_TAIL, tail_area, NORMAL_PLACES)
});

static EXPONENTIAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    let tail_area = exponential_curve(EXPONENTIAL_TAIL);
    Ziggurat::new(exponential_curve, |y| -math::ln(y), EXPONENTIAL_TAIL, tail_area, EXPONENTIAL_PLACES)
});

/// A normal number of mean 0 and standard deviation 1.
#[inline]
pub fn standard_normal(stream: &mut Stream) -> f64 {
    let ziggurat = &*NORMAL;
    let word = stream.next_u64();
    let (layer, place) = ((word & 0xff) as usize, (word as i64) >> 11);
    let x = place as f64 * ziggurat.step[layer];
    if place.unsigned_abs() < ziggurat.sure[layer] { x } else { unsure_normal(ziggurat, layer, x, stream) }
}

#[cold]
fn unsure_normal(ziggurat: &Ziggurat, layer: usize, x: f64, stream: &mut Stream) -> f64 {
    if layer == 0 {
        return normal_tail(stream).copysign(x);
    }
    if ziggurat.accepts(layer, x, normal_curve, stream) { x } else { standard_normal(stream) }
}

/// A normal number beyond the tail's beginning (Marsaglia 1964).
fn normal_tail(stream: &mut Stream) -> f64 {
    loop {
        let beyond = standard_exponential(stream) / NORMAL_TAIL;
        if 2.0 * standard_exponential(stream) > beyond * beyond {
            return NORMAL_TAIL + beyond;
        }
    }
}

/// An exponential number of mean 1.
#[inline]
pub fn standard_exponential(stream: &mut Stream) -> f64 {
    let ziggurat = &*EXPONENTIAL;
    let word = stream.next_u64();
    // 53 bits fit in a signed word, from which the conversion is one instruction.
    let (layer, place) = ((word & 0xff) as usize, (word >> 11) as i64);
    let x = place as f64 * ziggurat.step[layer];
    if (place as u64) < ziggurat.sure[layer] { x } else { unsure_exponential(ziggurat, layer, x, stream) }
}

#[cold]
fn unsure_exponential(ziggurat: &Ziggurat, layer: usize, x: f64, stream: &mut Stream) -> f64 {
    if layer == 0 {
        // What lies beyond any point of an exponential is an exponential again.
        return EXPONENTIAL_TAIL + standard_exponential(stream);
    }
    if ziggurat.accepts(layer, x, exponential_curve, stream) { x } else { standard_exponential(stream) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_end_at_the_top_of_the_curve() {
        for (ziggurat, places) in [(&*NORMAL, NORMAL_PLACES), (&*EXPONENTIAL, EXPONENTIAL_PLACES)] {
            let edge = |layer: usize| ziggurat.step[layer] * places;
            let (area, top) = (edge(0) * ziggurat.height[1], edge(LAYERS - 1) * (1.0 - ziggurat.height[LAYERS - 1]));
            assert!((top / area - 1.0).abs() < 1e-9, "the top layer has {top}, the others {area}");
        }
    }
}
