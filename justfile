# One plain line per daily task, so that each also works without `just` (cargo install just).
# The yardsticks read ../shared/data where it is present; FANGZHI_SHARED names another place.

shared := env("FANGZHI_SHARED", "../shared/data")

# Lists the tasks.
default:
    @just --list

# Format, lints and documentation, as CI checks them.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# All tests.
test:
    cargo test --workspace --locked

# Rewrites the expected results of the golden tests; read the diff before you commit it.
bless:
    UPDATE_EXPECT=1 cargo test --workspace --locked

# Opens the API documentation.
doc:
    cargo doc --workspace --no-deps --open

# Builds the index of corpus/ and searches it.
demo:
    cargo run --release --locked --bin index -- build corpus/
    cargo run --release --locked --bin search -- 文明城市
