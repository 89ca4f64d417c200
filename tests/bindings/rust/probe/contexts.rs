//! The contexts that the C probe made, by their C handles.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::Mutex;

use daemonctx::sys::daemonctx_context_t;
use daemonctx::{Builder, DaemonContext, Handle};

use crate::status_of;

pub type Context = *mut daemonctx_context_t;

#[derive(Default)]
struct Slot {
    context: Option<DaemonContext>, // None: a call has it in hand
    is_freed: bool,                 // by C, in such a call
}

static SLOTS: Mutex<BTreeMap<usize, Slot>> = Mutex::new(BTreeMap::new());

// For calls from any thread and from signal handlers, where no lock may be taken.
static HANDLES: [AtomicPtr<(usize, Handle)>; 64] = [const { AtomicPtr::new(ptr::null_mut()) }; 64];

pub fn add(context: DaemonContext) -> Context {
    let key = context.as_ptr();
    let handle = Box::into_raw(Box::new((key as usize, context.handle())));
    for place in &HANDLES {
        if place.compare_exchange(ptr::null_mut(), handle, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            break;
        }
    }
    SLOTS.lock().unwrap().insert(key as usize, Slot { context: Some(context), is_freed: false });
    key
}

/// What a thread or a signal handler may do with it; `None`: it was not made here, or is freed.
pub fn handle(key: Context) -> Option<&'static Handle> {
    HANDLES.iter().find_map(|place| {
        // SAFETY: a handle that is here is freed by `remove` alone, which the probe calls when it has no other use of it.
        let held = unsafe { place.load(Ordering::Acquire).as_ref() };
        held.filter(|(known, _)| *known == key as usize).map(|(_, handle)| handle)
    })
}

/// Calls the first with the context, or the second if another call has it in hand, or it was not made here.
pub fn with<T>(key: Context, call: impl FnOnce(&mut DaemonContext) -> T, otherwise: impl FnOnce() -> T) -> T {
    let taken = SLOTS.lock().unwrap().get_mut(&(key as usize)).and_then(|slot| slot.context.take());
    let Some(mut context) = taken else {
        return otherwise();
    };
    let result = call(&mut context);
    let mut slots = SLOTS.lock().unwrap();
    match slots.get_mut(&(key as usize)) {
        Some(slot) if !slot.is_freed => slot.context = Some(context),
        _ => {
            slots.remove(&(key as usize));
            std::mem::forget(context); // C has freed it when the call returned
        }
    }
    result
}

/// Drops it; false: another call has it in hand.
pub fn remove(key: Context) -> bool {
    for place in &HANDLES {
        let held = place.load(Ordering::Acquire);
        // SAFETY: see `handle`.
        if unsafe { held.as_ref() }.is_some_and(|(known, _)| *known == key as usize) {
            place.store(ptr::null_mut(), Ordering::Release);
            // SAFETY: it came from a box, and nothing has it any more.
            drop(unsafe { Box::from_raw(held) });
        }
    }
    let taken = SLOTS.lock().unwrap().get_mut(&(key as usize)).and_then(|slot| slot.context.take());
    let is_mine = taken.is_some();
    drop(taken); // closes it, and may call the probe
    let mut slots = SLOTS.lock().unwrap();
    if is_mine {
        slots.remove(&(key as usize));
    } else if let Some(slot) = slots.get_mut(&(key as usize)) {
        slot.is_freed = true;
    }
    is_mine
}

/// Sets options; the C function is for a context that another call has in hand.
pub fn store(key: Context, change: impl FnOnce(Builder) -> Builder, otherwise: impl FnOnce() -> i32) -> i32 {
    let status = with(key, |context| Some(status_of(context.configure(change))), || None);
    status.unwrap_or_else(otherwise)
}
