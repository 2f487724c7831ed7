//! The functions that allocate most, out of a profile of dhat.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::short;

/// How a function of ours begins; what it calls to get memory is somebody else's.
const OURS: [&str; 2] = ["dspex", "<dspex"];
/// What every stack begins with.
const ALLOCATORS: [&str; 6] = ["alloc::", "<alloc::", "core::", "<core::", "__rustc", "<dhat::"];

/// What was allocated at one place.
#[derive(Clone, Copy, Default)]
struct Taken {
    n_allocations: u64,
    n_bytes: u64,
}

/// The first `n` functions by how often they allocate, each with its share; `None` for what is no profile.
///
/// Format: `dhat/README` of Valgrind 3.15 and later, file version 2. A point has its allocations (`tbk`),
/// their bytes (`tb`), and its stack as positions in the table of frames (`fs`), the innermost one first.
pub(super) fn top(profile: &Value, n: usize) -> Option<String> {
    let frames: Vec<&str> = profile["ftbl"]
        .as_array()?
        .iter()
        .map(|frame| function(frame.as_str().unwrap_or_default()))
        .collect();
    let mut functions = BTreeMap::<&str, Taken>::new();
    let mut all = Taken::default();
    for point in profile["pps"].as_array()? {
        let (n_allocations, n_bytes) = (point["tbk"].as_u64()?, point["tb"].as_u64()?);
        let places = point["fs"].as_array()?.iter().filter_map(Value::as_u64);
        let stack: Vec<&str> =
            places.filter_map(|place| frames.get(usize::try_from(place).ok()?).copied()).collect();
        for taken in [functions.entry(asks(&stack)).or_default(), &mut all] {
            taken.n_allocations += n_allocations;
            taken.n_bytes += n_bytes;
        }
    }
    if all.n_allocations == 0 {
        return Some("nothing was allocated\n".to_owned());
    }
    let mut functions: Vec<_> = functions.into_iter().collect();
    functions.sort_by_key(|(_, taken)| std::cmp::Reverse((taken.n_allocations, taken.n_bytes)));
    let share = |part: u64, of: u64| 100.0 * part as f64 / of as f64;
    let Taken { n_allocations, n_bytes } = all;
    let mut text =
        format!("{n_allocations} allocations, {n_bytes} bytes\n   number     bytes  function\n");
    for (name, taken) in functions.into_iter().take(n) {
        let number = share(taken.n_allocations, n_allocations);
        let bytes = share(taken.n_bytes, n_bytes);
        let _ = writeln!(text, "{number:7.1} % {bytes:7.1} %  {}", short(name));
    }
    Some(text)
}

/// The innermost function of ours, or else whoever called the allocator.
fn asks<'a>(stack: &[&'a str]) -> &'a str {
    let is_ours = |name: &&str| OURS.iter().any(|prefix| name.starts_with(prefix));
    let is_asker = |name: &&str| !ALLOCATORS.iter().any(|prefix| name.starts_with(prefix));
    let found =
        stack.iter().copied().find(is_ours).or_else(|| stack.iter().copied().find(is_asker));
    found.unwrap_or("unknown")
}

/// `0x1234: name (file:line:column)` without its address and its place.
fn function(frame: &str) -> &str {
    let name = frame.split_once(": ").map_or(frame, |(_, name)| name);
    name.rsplit_once(" (").map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::top;

    #[test]
    fn allocations_are_put_down_to_the_innermost_function_of_ours() {
        let profile = json!({
            "ftbl": [
                "[root]",
                "0x1: alloc::vec::Vec<T>::push (alloc/vec.rs:1:2)",
                "0x2: dspex_signature::format (adapter.rs:3:4)",
                "0x3: dspex_bridge::call (call.rs:5:6)",
                "0x4: tokio::task::new (task.rs:7:8)",
            ],
            "pps": [
                { "tbk": 3, "tb": 10, "fs": [1, 2, 3] },
                { "tbk": 4, "tb": 80, "fs": [1, 3] },
                { "tbk": 1, "tb": 10, "fs": [1, 4] },
            ],
        });
        let expected = "8 allocations, 100 bytes\n   number     bytes  function\n   \
                        50.0 %    80.0 %  dspex_bridge::call\n   37.5 %    10.0 %  dspex_signature::format\n   \
                        12.5 %    10.0 %  tokio::task::new\n";
        assert_eq!(top(&profile, 9).unwrap(), expected);
        assert_eq!(top(&json!([]), 9), None);
    }
}
