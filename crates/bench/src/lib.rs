//! The reference workload, on the engine's queue and on a bare binary heap. The binary runs it natively; the functions
//! exported here let Node run the same code in wasm. Start reading at [`pingstorm`].

mod heap;
pub mod pingstorm;

pub use heap::Heap;

/// Which queue orders the events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kernel {
    /// The yardstick: `std::collections::BinaryHeap`.
    Heap,
    /// [`engine::Queue`].
    Engine,
}

impl Kernel {
    /// Runs the workload on this queue.
    pub fn run(self, clients: u32, events: u64) -> pingstorm::Outcome {
        match self {
            Kernel::Heap => pingstorm::run::<Heap<pingstorm::Event>>(clients, events),
            Kernel::Engine => pingstorm::run::<engine::Queue<pingstorm::Event>>(clients, events),
        }
    }
}

/// For Node: runs the workload, on the heap if `kernel` is 0, else on the engine's queue, and returns the digest.
#[expect(unsafe_code, reason = "exporting a name is unsafe because another library could export it too")]
#[unsafe(no_mangle)]
pub extern "C" fn run(kernel: u32, clients: u32, events: u32) -> u64 {
    let kernel = if kernel == 0 { Kernel::Heap } else { Kernel::Engine };
    kernel.run(clients, events.into()).digest.value()
}

/// For Node: the digest of every sampler and function, see [`engine::golden::golden`].
#[expect(unsafe_code, reason = "exporting a name is unsafe because another library could export it too")]
#[unsafe(no_mangle)]
pub extern "C" fn golden(draws: u32) -> u64 {
    engine::golden::golden(draws).value()
}
