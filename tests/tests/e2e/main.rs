//! Everything that needs a real browser. Without Chromium these tests fail; they never skip.

mod back;
mod compare;
mod harness;
mod journeys;
mod keeping;
mod keyboard;
mod loading;
mod room;
mod spacetime;
mod stage;
