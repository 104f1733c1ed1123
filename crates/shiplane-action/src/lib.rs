//! Everything that knows about GitHub Actions: inputs, context, outputs, summary, annotations, exit codes.
