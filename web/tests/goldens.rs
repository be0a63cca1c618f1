//! Every shipped scenario comes to the same events and digests in the browser as natively.

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_shipped_scenario_comes_to_its_golden() {
    let wrong: Vec<String> = scenario::built_in()
        .iter()
        .filter_map(|built_in| {
            scenario::goldens::verify(built_in).err().map(|error| format!("{}: {error}", built_in.id))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(scenario::built_in().len() >= 6, "the gallery lost a scenario");
}
