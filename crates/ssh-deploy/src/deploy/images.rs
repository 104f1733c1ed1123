//! `--image` over the config's `images`.

use shiplane_core::deploy::Strategy;
use shiplane_core::deploy::image::picked;
use shiplane_core::fault::Fault;

/// The strategy with the images of the flags.
pub(super) fn over(strategy: Strategy, flags: &[String]) -> Result<Strategy, Fault> {
    match strategy {
        Strategy::Image { images } => {
            let images = picked(&images, flags)?;
            if images.is_empty() {
                let fact = "the environment's strategy is `image`, and no images are named";
                let help =
                    "write `images:` with an image for each Compose service, or pass --image SERVICE=REF";
                return Err(Fault::usage("images-missing", fact).help(help));
            }
            Ok(Strategy::Image { images })
        }
        Strategy::Git | Strategy::Files(_) if flags.iter().any(|flag| !flag.trim().is_empty()) => {
            let fact = "--image is given, and the environment's strategy is not `image`";
            Err(Fault::usage("images-unexpected", fact).help("write `strategy: image` in the environment"))
        }
        Strategy::Git | Strategy::Files(_) => Ok(strategy),
    }
}
