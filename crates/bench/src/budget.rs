//! What the numbers are measured for: each has a bound, and a bound that is missed fails the benchmark. What is wanted may be more than what is
//! held, since machines are noisy and not everything is reached: that is said and fails nothing.

use std::fmt;

/// A number and its bound.
pub struct Budget {
    what: String,
    /// None: it could not be measured.
    measured: Option<f64>,
    bound: Bound,
    /// What is wanted, of the same kind as the bound, if that is more.
    aim: Option<f64>,
}

#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    Below(f64),
}

impl Budget {
    /// A ratio that must be so large.
    pub fn at_least(least: f64, what: impl Into<String>, measured: Option<f64>) -> Budget {
        Budget { what: what.into(), measured, bound: Bound::AtLeast(least), aim: None }
    }

    /// A duration that must be shorter.
    pub fn below(bound: f64, what: impl Into<String>, measured: Option<f64>) -> Budget {
        Budget { what: what.into(), measured, bound: Bound::Below(bound), aim: None }
    }

    /// What is wanted is more than what is held.
    pub fn aiming_at(self, aim: f64) -> Budget {
        Budget { aim: Some(aim), ..self }
    }

    fn is_met(&self) -> bool {
        self.measured.is_some_and(|measured| self.bound.holds(measured))
    }
}

impl Bound {
    fn holds(self, measured: f64) -> bool {
        match self {
            Bound::AtLeast(least) => measured >= least,
            Bound::Below(bound) => measured < bound,
        }
    }

    fn at(self, value: f64) -> Bound {
        match self {
            Bound::AtLeast(_) => Bound::AtLeast(value),
            Bound::Below(_) => Bound::Below(value),
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_met() { "met" } else { "MISSED" };
        let measured = self.measured.map_or("not measured".to_owned(), |measured| format!("{measured:.3}"));
        let bound = match self.bound {
            Bound::AtLeast(least) => format!("at least {least:.2}"),
            Bound::Below(bound) => format!("below {bound:.2}"),
        };
        write!(f, "  {word:<8}{:<56}{measured:>12}, {bound}", self.what)?;
        let Some((aim, measured)) = self.aim.zip(self.measured) else { return Ok(()) };
        write!(f, "; {aim:.2} is wanted{}", if self.bound.at(aim).holds(measured) { "" } else { " and NOT REACHED" })
    }
}

/// Prints every budget.
///
/// # Errors
/// If one is missed or could not be measured.
pub fn judge(budgets: &[Budget]) -> Result<(), String> {
    println!("\nbudgets");
    budgets.iter().for_each(|budget| println!("{budget}"));
    match budgets.iter().filter(|budget| !budget.is_met()).count() {
        0 => Ok(()),
        missed => Err(format!("{missed} of {} budgets missed", budgets.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_missed_or_not_measured_fails() {
        let kernel = |measured| Budget::at_least(1.2, "kernel", measured);
        let checker = |measured| Budget::below(1.0, "checker", measured);
        assert_eq!(judge(&[kernel(Some(1.2)), checker(Some(0.99))]), Ok(()));
        assert_eq!(judge(&[kernel(Some(1.19)), checker(Some(1.0))]), Err("2 of 2 budgets missed".to_owned()));
        assert_eq!(judge(&[kernel(None)]), Err("1 of 1 budgets missed".to_owned()));
        let aiming = |measured| kernel(Some(measured)).aiming_at(2.0).to_string();
        assert!(aiming(2.0).ends_with("; 2.00 is wanted") && aiming(1.9).ends_with("2.00 is wanted and NOT REACHED"));
        assert_eq!(judge(&[kernel(Some(1.2)).aiming_at(2.0)]), Ok(()));
        assert!(kernel(Some(1.19)).to_string().contains("MISSED") && kernel(None).to_string().contains("not measured"));
    }
}
