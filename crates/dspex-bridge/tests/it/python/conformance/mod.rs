//! What every carrier has to do alike: each case runs over the socket pair of a worker process, and
//! with the feature `embed` in an interpreter of this process as well.

mod callbacks;
mod cancel;
#[cfg(feature = "embed")]
mod embedded;
mod errors;
mod limits;
pub(crate) mod references;
mod streams;
mod values;

use dspex_bridge::llm::{LanguageModel, ScriptedModel};
use dspex_bridge::python::{PoolConfig, PythonConfig};

use super::{Workers, user_modules, venv};

/// What calls and their results travel over.
#[derive(Clone, Copy, Debug)]
enum Carrier {
    SocketPair,
    #[cfg(feature = "embed")]
    Embedded,
}

impl Carrier {
    /// A pool of one worker.
    fn pool(self) -> PoolConfig {
        match self {
            Self::SocketPair => PoolConfig::workers(1..=1),
            #[cfg(feature = "embed")]
            Self::Embedded => PoolConfig::embedded(),
        }
    }

    fn start(self, pool: PoolConfig, model: impl LanguageModel) -> Workers {
        Workers::with_python(PythonConfig::venv(venv()), pool, model)
    }

    fn asking(self, model: impl LanguageModel) -> Workers {
        self.start(self.pool(), model)
    }

    /// Workers that ask no model.
    fn idle(self) -> Workers {
        self.asking(ScriptedModel::new())
    }

    fn with_user_modules(self) -> Workers {
        Workers::with_python(user_modules(), self.pool(), ScriptedModel::new())
    }
}

/// One test of each case for each carrier.
macro_rules! on_every_carrier {
    ($($case:ident),* $(,)?) => {
        mod socket_pair {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::Carrier::SocketPair).await;
            })*
        }

        #[cfg(feature = "embed")]
        mod in_process {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::Carrier::Embedded).await;
            })*
        }
    };
}
use on_every_carrier;
