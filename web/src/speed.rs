//! The speed slider: places 0 to 100, evenly apart on a logarithmic scale.

use crate::transport::SPEEDS;
use engine::math;

/// The speed at a place of the slider, rounded to two figures so that it reads well.
pub fn speed_of_place(place: f64) -> f64 {
    let (slowest, fastest) = SPEEDS;
    let exact = slowest * math::exp(place.clamp(0.0, 100.0) / 100.0 * math::ln(fastest / slowest));
    let mut unit = slowest / 10.0;
    while exact / unit >= 100.0 {
        unit *= 10.0;
    }
    ((exact / unit).round() * unit).clamp(slowest, fastest)
}

/// The place of a speed on the slider.
pub fn place_of_speed(speed: f64) -> f64 {
    let (slowest, fastest) = SPEEDS;
    (math::ln(speed.clamp(slowest, fastest) / slowest) / math::ln(fastest / slowest) * 100.0).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_ends_of_the_slider_are_the_slowest_and_the_fastest() {
        assert_eq!((speed_of_place(0.0), speed_of_place(100.0)), SPEEDS);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_place_survives_the_way_to_its_speed_and_back() {
        for place in 0..=100 {
            let back = place_of_speed(speed_of_place(f64::from(place)));
            assert!((back - f64::from(place)).abs() <= 1.0, "{place} came back as {back}");
        }
    }
}
