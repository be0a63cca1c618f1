//! The speeds one may choose: few, so that each is hit on a slider as narrow as a thumb.

/// Simulated seconds per second, slowest first.
pub const SPEEDS: [f64; 12] = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0];

/// The speed at a place of the slider.
pub fn speed_of_place(place: usize) -> f64 {
    SPEEDS[place.min(SPEEDS.len() - 1)]
}

/// The place of a speed on the slider: that of the fastest which is not faster.
pub fn place_of_speed(speed: f64) -> usize {
    SPEEDS.iter().rposition(|step| *step <= speed).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_place_survives_the_way_to_its_speed_and_back() {
        for place in 0..SPEEDS.len() {
            assert_eq!(place_of_speed(speed_of_place(place)), place);
        }
        assert_eq!((place_of_speed(0.0), speed_of_place(99)), (0, 60.0));
    }
}
