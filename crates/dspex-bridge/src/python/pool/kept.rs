//! Objects that a worker keeps because a value of Rust's refers to them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use dspex_signature::{Reference, Value};

use super::link::Link;
use crate::call::CallErrorKind;
use crate::python::wire::to_worker;

/// Keeps one object in its worker; dropping it releases the object.
pub(super) struct Kept {
    pool: String,
    link: Weak<Link>,
    object: u64,
}

impl Drop for Kept {
    fn drop(&mut self) {
        // With a worker that has ended its objects are gone.
        if let Some(link) = self.link.upgrade() {
            link.n_kept.fetch_sub(1, Ordering::Relaxed);
            release(&link, &[self.object]);
        }
    }
}

/// The worker that a call has to run on.
#[derive(Clone)]
pub(crate) struct Pinned {
    /// The class of the object for which it has to.
    pub(super) type_name: String,
    link: Weak<Link>,
}

impl Pinned {
    /// The worker, where it has not ended.
    pub(super) fn link(&self) -> Option<Arc<Link>> {
        self.link.upgrade()
    }

    /// Whether this is the worker.
    pub(super) fn is(&self, link: &Arc<Link>) -> bool {
        std::ptr::eq(self.link.as_ptr(), Arc::as_ptr(link))
    }

    pub(super) fn gone(&self, pool: &str) -> CallErrorKind {
        CallErrorKind::ObjectLost { pool: pool.to_owned(), type_name: self.type_name.clone() }
    }
}

/// A result whose objects `link` has kept for this, and keeps until the last clone is dropped.
pub(super) fn adopt(result: Value, pool: &str, link: &Arc<Link>) -> Value {
    result.map_references(&mut |reference| {
        link.n_kept.fetch_add(1, Ordering::Relaxed);
        let (pool, object) = (pool.to_owned(), reference.object());
        let kept = Kept { pool, link: Arc::downgrade(link), object };
        reference.kept_by(Arc::new(kept))
    })
}

/// Releases what a worker has kept for a result that nobody takes.
pub(super) fn disown(result: &Value, link: &Link) {
    let mut objects = Vec::new();
    result.for_each_reference(&mut |reference| {
        if reference.keeper().is_none() {
            objects.push(reference.object());
        }
    });
    if !objects.is_empty() {
        release(link, &objects);
    }
}

fn release(link: &Link, objects: &[u64]) {
    let frame = to_worker::release(objects).expect("numbers fit a frame");
    link.send(frame);
}

/// The worker on which the parameters of a call can be read: that of the objects among them, if there are
/// any.
///
/// # Errors
/// [`CallErrorKind::NotSupportedYet`] for objects of another pool, of several workers, or of none.
pub(crate) fn pinned(parameters: &Value, pool: &str) -> Result<Option<Pinned>, CallErrorKind> {
    let (mut pinned, mut refused): (Option<Pinned>, _) = (None, None);
    parameters.for_each_reference(&mut |reference| match (kept(reference), &pinned) {
        (None, _) => refused = Some("an object that no worker keeps".to_owned()),
        (Some(kept), _) if kept.pool != pool => {
            refused = Some(format!("an object of pool `{}` in a call of pool `{pool}`", kept.pool));
        }
        (Some(kept), Some(pinned)) if !kept.link.ptr_eq(&pinned.link) => {
            refused = Some("a call with objects of several workers".to_owned());
        }
        (Some(kept), None) => {
            let type_name = reference.type_name().to_owned();
            pinned = Some(Pinned { type_name, link: kept.link.clone() });
        }
        (Some(_), Some(_)) => {}
    });
    match refused {
        Some(what) => Err(CallErrorKind::NotSupportedYet { what }),
        None => Ok(pinned),
    }
}

fn kept(reference: &Reference) -> Option<&Kept> {
    reference.keeper()?.downcast_ref()
}
