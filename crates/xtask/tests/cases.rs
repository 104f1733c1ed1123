//! What tidy and generate must notice, planted one by one.

#[cfg(test)]
mod cases {
    mod architecture;
    mod count_yaml;
    mod download;
    mod flows;
    mod generate;
    mod imports;
    mod launcher;
    mod reasons;
    mod settings;
    mod sources;
    mod whole;
    mod workflows;
}
