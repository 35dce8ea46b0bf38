//! Trends as a chart: the articles of each period as bars, their share of all articles as a line.
//!
//! The program that shows the chart chooses the fonts, so that drawing it needs none, and the same figures give the
//! same bytes everywhere.

use anyhow::{Result, anyhow};
use fangzhi_index::{RegionTrend, Trend};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Report;
use crate::console::{Console, printable};
use crate::messages::{Language, Message, label};

/// Pixels.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 480;
const HEADER: u32 = 72;
const MARGIN: u32 = 16;

/// Fonts with Chinese characters, by their names on Linux, macOS and Windows.
const FONTS: &str = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const TITLE_SIZE: u32 = 26;
const TEXT_SIZE: u32 = 16;

const BAR: RGBColor = RGBColor(0x7f, 0xb3, 0xd5);
const LINE: RGBColor = RGBColor(0xc0, 0x39, 0x2b);
const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
const GRID: RGBColor = RGBColor(0xe5, 0xe5, 0xe5);

/// With more periods than this, bars would run into each other and are drawn as a line.
const MAX_BARS: usize = 240;
/// Labels below the chart, and beside it.
const X_LABELS: usize = 12;
const Y_LABELS: usize = 6;

/// The small charts of regions, below.
const SMALL_COLUMNS: usize = 3;
const SMALL_HEIGHT: u32 = 220;
const SMALL_HEADER: u32 = 28;
const SMALL_X_LABELS: usize = 3;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws a chart as SVG.
pub(super) fn draw(report: &Report<'_>, console: &Console<'_>) -> Result<String> {
    let mut svg = String::new();
    {
        let regions = &report.trends.regions;
        let n_rows = u32::try_from(regions.len().div_ceil(SMALL_COLUMNS))?;
        let size = (WIDTH, HEIGHT + n_rows * SMALL_HEIGHT);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        drawn(root.fill(&WHITE))?;
        let (header, body) = root.split_vertically(HEADER);
        draw_header(&header, report, console)?;
        let (body, below) = body.split_vertically(HEIGHT - HEADER);
        draw_panel(&body, &report.trends.all, X_LABELS)?;
        if n_rows > 0 {
            let places = below.split_evenly((n_rows as usize, SMALL_COLUMNS));
            for (place, region) in places.iter().zip(regions) {
                draw_region(place, region)?;
            }
        }
        drawn(root.present())?;
    }
    Ok(svg)
}

/// What plotters says went wrong; its errors borrow nothing that outlives it.
fn drawn<T, E: std::error::Error>(result: std::result::Result<T, E>) -> Result<T> {
    result.map_err(|error| anyhow!("{error}"))
}

fn draw_header(area: &Area<'_>, report: &Report<'_>, console: &Console<'_>) -> Result<()> {
    let language = console.language;
    let center = WIDTH as i32 / 2;
    let title = printable(&report.subject(console)).replace(['\n', '\t'], " ");
    let style = text(TITLE_SIZE, HPos::Center);
    drawn(area.draw(&Text::new(title, (center, 24), style)))?;
    let total = report.trends.all.total;
    let summary = console.text(Message::Coverage {
        what: label(language, "matching", "命中"),
        matches: total.matches,
        of: total.articles,
        stories: report.stories,
        share: total.share().unwrap_or(0.0) * 100.0,
    });
    let left = MARGIN as i32;
    drawn(area.draw(&Rectangle::new([(left, 52), (left + 12, 64)], BAR.filled())))?;
    let style = text(TEXT_SIZE, HPos::Left);
    drawn(area.draw(&Text::new(summary, (left + 18, 58), style)))?;
    let right = WIDTH as i32 - MARGIN as i32;
    let share = match (language, report.stories) {
        (Language::English, false) => "share of all articles of the period",
        (Language::English, true) => "share of all stories of the period",
        (Language::Chinese, false) => "占该时段全部文章的比例",
        (Language::Chinese, true) => "占该时段全部报道的比例",
    };
    let style = text(TEXT_SIZE, HPos::Right).color(&LINE);
    drawn(area.draw(&Text::new(share, (right, 58), style)))
}

fn text(size: u32, h: HPos) -> TextStyle<'static> {
    TextStyle::from((FONTS, size))
        .pos(Pos::new(h, VPos::Center))
        .color(&INK)
}

/// Draws a small chart with the region's name above.
fn draw_region(area: &Area<'_>, region: &RegionTrend) -> Result<()> {
    let (head, body) = area.split_vertically(SMALL_HEADER);
    let center = i32::try_from(WIDTH)? / SMALL_COLUMNS as i32 / 2;
    let total = region.trend.total.matches;
    let name = format!("{} ({total})", printable(&region.place.path));
    let style = text(TEXT_SIZE, HPos::Center);
    drawn(head.draw(&Text::new(name, (center, 16), style)))?;
    draw_panel(&body, &region.trend, SMALL_X_LABELS)
}

fn draw_panel(area: &Area<'_>, trend: &Trend, x_labels: usize) -> Result<()> {
    let buckets = &trend.buckets;
    let n = buckets.len();
    let counts: Vec<f64> = buckets
        .iter()
        .map(|bucket| bucket.coverage.matches as f64)
        .collect();
    let shares: Vec<Option<f64>> = buckets
        .iter()
        .map(|bucket| bucket.coverage.share().map(|share| share * 100.0))
        .collect();
    // A little air above, and an axis even where all is zero.
    let most = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max) * 1.05;
    let most_count = most(&mut counts.iter().copied()).max(1.0);
    let most_share = most(&mut shares.iter().flatten().copied()).max(0.01);
    let columns = -0.5..n as f64 - 0.5;
    let mut chart = drawn(
        ChartBuilder::on(area)
            .margin(MARGIN)
            .margin_top(4)
            .x_label_area_size(28)
            .y_label_area_size(48)
            .right_y_label_area_size(56)
            .build_cartesian_2d(columns.clone(), 0.0..most_count),
    )?
    .set_secondary_coord(columns, 0.0..most_share);
    let style = || TextStyle::from((FONTS, TEXT_SIZE)).color(&INK);
    let name = |x: &f64| match whole(*x).and_then(|x| buckets.get(x)) {
        Some(bucket) => bucket.period.to_string(),
        None => String::new(),
    };
    let count = |y: &f64| whole(*y).map_or_else(String::new, |y| y.to_string());
    drawn(
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .x_labels(n.min(x_labels))
            .y_labels(Y_LABELS.min(most_count as usize + 1))
            .x_label_formatter(&name)
            .y_label_formatter(&count)
            .x_label_style(style())
            .y_label_style(style())
            .draw(),
    )?;
    // As many digits as tell neighbouring labels apart.
    let digits = (1.0 - most_share.log10()).ceil().clamp(0.0, 6.0) as usize;
    drawn(
        chart
            .configure_secondary_axes()
            .axis_style(LINE)
            .y_labels(Y_LABELS)
            .y_label_formatter(&|share: &f64| format!("{share:.digits$} %"))
            .label_style(style().color(&LINE))
            .draw(),
    )?;
    let points = counts.iter().enumerate().map(|(i, n)| (i as f64, *n));
    if n <= MAX_BARS {
        let bars = points
            .filter(|(_, n)| *n > 0.0)
            .map(|(x, n)| Rectangle::new([(x - 0.4, 0.0), (x + 0.4, n)], BAR.filled()));
        drawn(chart.draw_series(bars))?;
    } else {
        drawn(chart.draw_series(LineSeries::new(points, BAR.stroke_width(2))))?;
    }
    for run in runs(&shares) {
        if n <= MAX_BARS {
            let dots = run.iter().map(|&at| Circle::new(at, 3, LINE.filled()));
            drawn(chart.draw_secondary_series(dots))?;
        }
        drawn(chart.draw_secondary_series(LineSeries::new(run, LINE.stroke_width(2))))?;
    }
    Ok(())
}

/// The number, if it is a whole one and not negative.
fn whole(x: f64) -> Option<usize> {
    let rounded = x.round();
    ((x - rounded).abs() < 1e-6 && rounded >= 0.0).then_some(rounded as usize)
}

/// The points of the line, cut where there is no share since there are no articles.
fn runs(shares: &[Option<f64>]) -> Vec<Vec<(f64, f64)>> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    for (i, share) in shares.iter().enumerate() {
        match share {
            Some(share) => run.push((i as f64, *share)),
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}
