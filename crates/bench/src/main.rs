//! temporary
use bench::Kernel;
fn cpu() -> f64 { std::fs::read_to_string("/proc/self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap()/1e9 }
fn main() {
    for clients in [50, 500, 5_000, 50_000, 500_000] {
        let mut rates = [vec![], vec![]];
        for _ in 0..5 {
            for (i, k) in [Kernel::Heap, Kernel::Engine].into_iter().enumerate() {
                let t = cpu();
                let o = k.run(clients, 5_000_000);
                rates[i].push(5.0 / (cpu() - t));
                if rates[0].len() == 1 { println!("{clients} {k:?} {o:?}"); }
            }
        }
        for r in &mut rates { r.sort_by(f64::total_cmp); }
        println!("{clients} heap {:.2} engine {:.2} ratio {:.2}", rates[0][2], rates[1][2], rates[1][2]/rates[0][2]);
    }
}
