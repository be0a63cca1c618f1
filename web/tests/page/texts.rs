//! The story and the text.

use super::*;

#[wasm_bindgen_test]
async fn the_story_says_which_variant_is_in_force_and_that_it_tells_of_the_scenario_as_written() {
    for variant in [None, Some("breaker")] {
        let (story, _) = mounted_in(Part::Story, "circuit-breaker", variant);
        settled().await;
        let said = story.query_selector("#in-force").ok().flatten().and_then(|said| said.text_content());
        let told = said.is_some_and(|text| text.contains("Circuit breaker is in force") && text.contains("as written"));
        assert_eq!(told, variant.is_some(), "{variant:?}");
    }
}

#[wasm_bindgen_test]
async fn the_text_says_what_the_variant_in_force_lays_over_it() {
    let (editor, _) = mounted_in(Part::Editor, "circuit-breaker", Some("breaker"));
    settled().await;
    let text = editor.text_content().unwrap_or_default();
    assert!(text.contains("The variant “Circuit breaker” is in force"), "{text}");
    assert!(text.contains("population.london.breaker-failures = 20"), "{text}");
}

#[wasm_bindgen_test]
async fn the_story_keeps_its_answer_until_one_predicts() {
    let (story, _) = mounted(Part::Story);
    settled().await;
    assert!(story.query_selector(".answer").ok().flatten().is_none(), "no answer before a prediction");
    let choice = story.query_selector("input[type=radio]").ok().flatten().expect("the story asks a question");
    choice.unchecked_into::<HtmlElement>().click();
    settled().await;
    let answer = story.query_selector(".answer").ok().flatten().and_then(|answer| answer.text_content());
    assert!(answer.is_some_and(|text| text.starts_with("Right.") || text.starts_with("Not quite.")));
}

#[wasm_bindgen_test]
async fn the_answer_to_a_prediction_outlasts_the_panel_and_another_variant() {
    let (story, state) = mounted_in(Part::Story, "circuit-breaker", None);
    settled().await;
    let choice = story.query_selector("input[type=radio]").ok().flatten().expect("the story asks a question");
    choice.unchecked_into::<HtmlElement>().click();
    state.opened.set(Some(opened("circuit-breaker", Some("breaker"), None)));
    settled().await;
    let again = element("div");
    mount_part(again.clone(), Panels { state, emit: |_| {} }, Part::Story);
    settled().await;
    for story in [&story, &again] {
        assert!(story.query_selector(".answer").ok().flatten().is_some(), "{}", story.inner_html());
        let checked = story.query_selector("input:checked").ok().flatten();
        assert!(checked.is_some(), "what was chosen is seen to be");
    }
}

#[wasm_bindgen_test]
async fn the_answer_to_a_prediction_comes_into_view() {
    let (story, _) = mounted(Part::Story);
    story.set_attribute("style", "height: 160px; overflow: auto").expect("an element can be styled");
    settled().await;
    let choice = story.query_selector("input[type=radio]").ok().flatten().expect("the story asks a question");
    choice.unchecked_into::<HtmlElement>().click();
    settled().await;
    settled().await;
    let answer = story.query_selector(".answer").ok().flatten().expect("there is an answer");
    let (seen, answer) = (story.get_bounding_client_rect(), answer.get_bounding_client_rect());
    assert!(
        answer.top() >= seen.top() - 1.0 && answer.bottom() <= seen.bottom() + 1.0,
        "{} in {}",
        answer.bottom(),
        seen.bottom()
    );
}

#[wasm_bindgen_test]
async fn changes_to_a_text_say_whose_they_are_when_another_scenario_runs() {
    let (editor, state) = mounted(Part::Editor);
    let of = Arc::clone(&opened(web::DEFAULT, None, None).scenario);
    let said = || editor.query_selector("#unsaved").ok().flatten().and_then(|said| said.text_content());
    settled().await;
    assert_eq!(said(), None, "nothing is said where nothing is changed");
    state.draft.set(Some(Draft { text: "something".to_owned(), of }));
    settled().await;
    assert!(said().is_some_and(|text| text.starts_with("What runs is the text before your changes.")), "{:?}", said());
    state.opened.set(Some(opened("ghost-read", None, None)));
    settled().await;
    let text = said().unwrap_or_default();
    assert!(text.contains("your changes to “First look") && text.contains("What runs is “Ghost read"), "{text}");
}

#[wasm_bindgen_test]
async fn a_text_that_cannot_be_run_shows_the_line_that_is_wrong() {
    let (editor, state) = mounted(Part::Editor);
    let area: web_sys::HtmlTextAreaElement =
        editor.query_selector("textarea").ok().flatten().expect("a text can be written").unchecked_into();
    area.set_attribute("style", "height: 120px; flex: none").expect("an element can be styled");
    let of = Arc::clone(&opened(web::DEFAULT, None, None).scenario);
    let text = of.text.replacen("kind = \"partition\"", "kind = \"partitoin\"", 1);
    let line = text.lines().position(|line| line.contains("partitoin")).expect("it is there") as i32;
    state.draft.set(Some(Draft { text, of }));
    settled().await;
    button(&editor, "Run this text").click();
    let (top, seen) = (area.scroll_top(), line * 18);
    assert!(top > 0 && top <= seen && seen < top + 120, "line {line} with {top} scrolled");
    assert_eq!(ASKED.take(), []);
}

#[wasm_bindgen_test]
async fn of_several_mistakes_each_can_be_come_to_and_the_one_of_the_caret_is_current() {
    let (editor, state) = mounted(Part::Editor);
    let of = Arc::clone(&opened(web::DEFAULT, None, None).scenario);
    let text = of.text.replacen("kind = \"partition\"", "kind = \"partitoin\"", 1).replacen("seed", "sede", 1);
    let text = text.replacen("protocol =", "protcol =", 1);
    state.draft.set(Some(Draft { text, of }));
    settled().await;
    let problems = || editor.query_selector_all(".problem").expect("the selector is valid");
    let count = problems().length();
    assert!(count > 1, "{}", editor.inner_html());
    let current = || {
        let found = editor.query_selector_all(".problem[aria-current=true]").expect("the selector is valid");
        (found.length(), found.item(0).and_then(|it| it.text_content()))
    };
    let first = current();
    button(&editor, &format!("1 of {count}, next")).click();
    settled().await;
    assert_eq!(current().0, 1);
    assert_ne!(current(), first);
    let area: web_sys::HtmlTextAreaElement =
        editor.query_selector("textarea").ok().flatten().expect("a text can be written").unchecked_into();
    area.set_selection_range(0, 0).expect("a text area has a selection");
    area.click();
    settled().await;
    assert_eq!(current(), first, "the caret is above the first");
}
