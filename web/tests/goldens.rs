//! Every shipped scenario comes to the same events and digests in the browser as natively.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Lets the browser do what else it has to do: whoever drives it takes a page that does not answer for half a minute for dead.
async fn breathe() {
    let window = web_sys::window().expect("it runs in a page");
    let soon = Promise::new(&mut |done, _| {
        window.set_timeout_with_callback(&done).expect("a page has timers");
    });
    JsFuture::from(soon).await.expect("a timer does not fail");
}

#[wasm_bindgen_test]
async fn every_shipped_scenario_comes_to_its_golden() {
    let mut wrong: Vec<String> = Vec::new();
    for built_in in scenario::built_in() {
        wrong.extend(scenario::goldens::verify(built_in).err().map(|error| format!("{}: {error}", built_in.id)));
        breathe().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(scenario::built_in().len() >= 6, "the gallery lost a scenario");
}
