//! `[story]`: what the scenario tells.

use crate::coverage::missing;
use crate::document::{Node, Value};
use crate::quantity::clipped;
use crate::scenario::{Choice, Question, Story};
use crate::section::Section;

const CHOICES_MAX: usize = 8;

/// The story, and the catalog ids it covers.
pub(super) fn read(section: &Section<'_>) -> (Story, Vec<String>) {
    let question = section.text("question").map(|text| Question { text, choices: choices(section) });
    if let Some(question) = &question
        && !question.choices.iter().any(|choice| choice.correct)
    {
        section.problem("question", "the question has no right answer", "mark one of `choices` with correct = true");
    }
    let texts = |key| section.texts(key).unwrap_or_default().into_iter().map(|(text, _)| text).collect();
    let story = Story {
        title: section.text("title").unwrap_or_default(),
        summary: section.text("summary").unwrap_or_default(),
        question,
        watch: texts("watch"),
        teaches: section.text("teaches").unwrap_or_default(),
    };
    for (id, span) in section.texts("covers").unwrap_or_default() {
        if let Some(help) = missing(&id) {
            section.notes.problem(&span, format!("the catalog has no `{}`", clipped(&id)), help);
        }
    }
    (story, texts("covers"))
}

fn choices(section: &Section<'_>) -> Vec<Choice> {
    let items: &[Node] = match section.raw("choices") {
        Some(Node { value: Value::List(items), .. }) => items,
        Some(_) => {
            section.problem("choices", "`choices` is not a list", "write a list of { text, correct, because }");
            &[]
        }
        None => &[],
    };
    if items.len() > CHOICES_MAX {
        let help = format!("at most {CHOICES_MAX} are allowed");
        section.problem("choices", format!("there are {} choices", items.len()), help);
    }
    let read = |node| {
        let choice = Section::new(section.notes, &["story choices"], node);
        Choice {
            text: choice.text("text").unwrap_or_default(),
            correct: choice.flag("correct"),
            because: choice.text("because").unwrap_or_default(),
        }
    };
    items.iter().take(CHOICES_MAX).map(read).collect()
}
