"""Checks of a page's layout: contrast, line length, sideways scrolling and layout shifts."""

from playwright.sync_api import Page

MAX_SHIFT = 0.005
"""Sum of layout shifts (Layout Instability, W3C) that is not visible."""

LOW_CONTRAST = """() => {
    const channels = (color) => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (color) => {
        const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        const [r, g, b] = channels(color).map((v) => linear(v / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element) => {
        for (; element; element = element.parentElement) {
            const color = getComputedStyle(element).backgroundColor;
            if (color !== "rgba(0, 0, 0, 0)") return color;
        }
        return "white";
    };
    const low = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
        const pair = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))];
        const [dark, light] = pair.sort((x, y) => x - y);
        if ((light + 0.05) / (dark + 0.05) < 4.5) low.push(`${element.tagName}: ${texts.currentNode.textContent}`);
    }
    return low;
}"""

LONG_LINES = """() => [...document.querySelectorAll("main p, main li, main dd, main figcaption")].filter((element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!hasText || !element.checkVisibility()) return false;
    const style = getComputedStyle(element);
    const ruler = document.createElement("span");
    ruler.textContent = "0".repeat(75);
    ruler.style.cssText = `position: absolute; white-space: nowrap; font: ${style.font}`;
    document.body.append(ruler);
    const maxWidth = ruler.getBoundingClientRect().width;
    ruler.remove();
    const width = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const lines = element.getBoundingClientRect().height / (parseFloat(style.lineHeight) || parseFloat(style.fontSize) * 1.2);
    return lines > 1.5 && width > maxWidth + 1;
}).map((element) => element.textContent.trim().slice(0, 60))"""

RECORD_SHIFTS = """() => {
    window.shifts = [];
    const describe = ({ value, sources }) => [
        value,
        sources.map(({ node }) => node?.id || node?.className || node?.parentElement?.id || node?.nodeName).join(" "),
    ];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map(describe)))
        .observe({ type: "layout-shift", buffered: true });
}"""

PAINTED = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))"


def find_low_contrast(page: Page) -> list[str]:
    """The visible texts with a contrast to their background below 4.5 to 1 (WCAG 2.2)."""
    return page.evaluate(LOW_CONTRAST)


def find_long_lines(page: Page) -> list[str]:
    """The texts of several lines whose lines are wider than 75 digits."""
    return page.evaluate(LONG_LINES)


def has_no_sideways_scroll(page: Page) -> bool:
    """Whether the page is no wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def record_layout_shifts(page: Page) -> None:
    """Record layout shifts, including those since the page was opened."""
    page.evaluate(RECORD_SHIFTS)


def find_layout_shifts(page: Page) -> list:
    """The layout shifts so far, with the elements that moved, if their sum is visible; otherwise an empty list."""
    page.evaluate(PAINTED)
    shifts = page.evaluate("shifts")
    return shifts if sum(value for value, _ in shifts) >= MAX_SHIFT else []
