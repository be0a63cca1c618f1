//! The same in Node, whose engine is another build of the same compiler.

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_shipped_scenario_comes_to_its_golden() {
    for built_in in scenario::built_in() {
        if let Err(error) = scenario::goldens::verify(built_in) {
            panic!("{}: {error}", built_in.id);
        }
    }
}
