//! The page's end of the worker: starts it from the module the page itself was made of, and talks bytes with it.

use crate::worker::wire::{decode, encode};
use js_sys::{Array, Uint8Array};
use session::messages::{FromWorker, ToWorker};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Document, Event, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// What the page does with what the worker says.
pub(crate) enum Heard {
    /// A message.
    Message(FromWorker),
    /// The worker could not be started, or stopped.
    Failed,
}

/// A worker and what waits for it.
pub(crate) struct Client {
    worker: Worker,
    /// Messages for a worker that has not said yet that it listens.
    waiting: Option<Vec<ToWorker>>,
}

impl Client {
    /// Start the worker; `hear` is called with everything that comes of it.
    ///
    /// # Errors
    /// In words, why it could not be started.
    pub(crate) fn start(document: &Document, hear: fn(Heard)) -> Result<Client, String> {
        let glue = address(document, "link[rel=modulepreload]")?;
        let wasm = address(document, "link[rel=preload][as=fetch]")?;
        let worker = spawn(&glue, &wasm).map_err(|_| "This browser does not start module workers.".to_owned())?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match decode(&Uint8Array::new(&event.data()).to_vec()) {
                Some(message) => hear(Heard::Message(message)),
                None => hear(Heard::Failed),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| hear(Heard::Failed));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        Ok(Client { worker, waiting: Some(Vec::new()) })
    }

    /// The worker listens: hand over what waited.
    pub(crate) fn ready(&mut self) {
        for message in self.waiting.take().unwrap_or_default() {
            self.send(message);
        }
    }

    /// It has failed: nothing is expected of it any more.
    pub(crate) fn stop(self) {
        self.worker.terminate();
    }

    /// Say something to the worker, now or as soon as it listens.
    pub(crate) fn send(&mut self, message: ToWorker) {
        if let Some(waiting) = &mut self.waiting {
            waiting.push(message);
            return;
        }
        let bytes = Uint8Array::from(encode(&message).as_slice());
        // Posting fails only for what can neither be cloned nor handed over; an array buffer can.
        let _ = self.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    }
}

/// The absolute address in the `href` of the one element that matches.
fn address(document: &Document, selector: &str) -> Result<String, String> {
    let missing = || format!("The page lacks its element {selector}.");
    let element = document.query_selector(selector).ok().flatten().ok_or_else(missing)?;
    let href = element.get_attribute("href").ok_or_else(missing)?;
    let base = document.base_uri().ok().flatten().ok_or_else(missing)?;
    Url::new_with_base(&href, &base).map(|url| url.href()).map_err(|_| missing())
}

fn spawn(glue: &str, wasm: &str) -> Result<Worker, JsValue> {
    let text = format!(
        "import init, {{ worker_main }} from {glue:?};\nawait init({{ module_or_path: {wasm:?} }});\nworker_main();\n"
    );
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from(text)), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&address, &options)
}
