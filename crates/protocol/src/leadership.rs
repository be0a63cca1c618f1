//! How leaders come to lead.

/// How somebody comes to lead a dataset, if anybody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leadership {
    /// The control plane grants it: it says who leads, and under which epoch.
    Granted,
    /// The replicas elect their leader. The control plane has no say in it; who leads at the start was elected before.
    Elected,
    /// Nobody leads: any replica takes writes.
    None,
}
