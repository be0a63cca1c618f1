//! Data by key: what protocols without a leader store. Of two copies of a key that came about apart the one with the later stamp stays (last writer
//! wins, D1), or they are merged, as the type of value says (D4, D5), or what was written apart is kept side by side (D3) and a policy says which
//! of it is shown (`policy`).

mod cell;
mod cells;
mod policy;
mod sales;
mod sibling;
mod siblings;
mod timestamps;

pub(crate) use cell::{Cell, Content, Held, stored};
pub(crate) use cells::{Cells, ignore};
pub use policy::Choice;
pub(crate) use policy::{POLICIES, POLICY};
pub(crate) use sales::Sale;
pub(crate) use sibling::{Sibling, Siblings, latest, weight};
pub(crate) use timestamps::TIMESTAMPS;
pub use timestamps::Timestamps;
