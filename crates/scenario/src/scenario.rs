//! What a scenario text comes to.

use crate::expectation::Expectation;
use crate::notes::ValueLine;
use protocol::Protocol;
use protocols::AnyConfig;
use sim::{Config, LoggedAction, Run};

/// A scenario, validated, with one variant and one seed in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The id in the gallery, if the text is that of a built-in scenario to the letter.
    pub id: Option<String>,
    /// What it tells.
    pub story: Story,
    /// What a run starts from.
    pub config: Config,
    /// By dataset: the settings of its protocol.
    pub protocols: Vec<AnyConfig>,
    /// Every variant of the text.
    pub variants: Vec<VariantInfo>,
    /// The variant in force; `None` is the scenario as written.
    pub variant: Option<String>,
    /// What must come out, of every variant; those in force are picked by [`crate::evaluate`].
    pub expectations: Vec<Expectation>,
    /// Mechanisms of the catalog that it shows.
    pub covers: Vec<String>,
    /// The text it was read from.
    pub text: String,
    /// Every number in force.
    pub values: Vec<ValueLine>,
}

impl Scenario {
    /// The title of the variant in force; `None` of the scenario as written.
    pub fn variant_title(&self) -> Option<&str> {
        let variant = self.variants.iter().find(|variant| Some(&variant.id) == self.variant.as_ref())?;
        Some(&variant.title)
    }

    /// A run of it at its start, in which people do this, in the order of their times.
    pub fn run<P: Protocol<Config = AnyConfig>>(&self, actions: Vec<LoggedAction>) -> Run<P> {
        Run::new(self.config.clone(), self.protocols.clone(), actions)
    }
}

/// What a scenario tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// The name in the gallery.
    pub title: String,
    /// What happens, in a few sentences.
    pub summary: String,
    /// What the reader is asked before the run.
    pub question: Option<Question>,
    /// What to look at.
    pub watch: Vec<String>,
    /// What one knows afterwards.
    pub teaches: String,
}

/// A question to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answers to choose from.
    pub choices: Vec<Choice>,
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub text: String,
    /// Whether it is right.
    pub correct: bool,
    /// Why it is right or wrong.
    pub because: String,
}

/// A variant as a picker shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantInfo {
    /// Its id.
    pub id: String,
    /// The name a person reads.
    pub title: String,
    /// What is different.
    pub summary: String,
    /// What it lays over the text, `key = value`, first what it takes over from the variant it extends.
    pub sets: Vec<String>,
}
