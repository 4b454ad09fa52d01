"use strict";

(() => {
    // Fields in which one looks for a row to choose (Select2) are made by a script, without a name for
    // who has the page read to them: they are called as the field that they belong to.
    const nameOf = (search) => {
        const select = search.closest(".select2-container")?.previousElementSibling;
        const label = select?.labels?.[0]?.textContent ?? "";
        return label.replace("*", "").trim() || "Search";
    };

    const NAMELESS = ".select2-search__field, .select2-selection--single, .select2-selection__rendered[role=textbox]";

    const nameAll = () => {
        for (const part of document.querySelectorAll(NAMELESS)) {
            if (!part.hasAttribute("aria-label")) {
                part.setAttribute("aria-label", nameOf(part));
                part.removeAttribute("aria-labelledby"); // what is chosen, which may be nothing
            }
        }
    };

    // What is wider than the screen scrolls in a box of its own: the keyboard has to get there too.
    const reachAll = () => {
        for (const box of document.querySelectorAll(".overflow-x-auto:not([tabindex])")) {
            const inside = box.querySelector("a, button, input, select, textarea, [tabindex]");
            if (box.scrollWidth > box.clientWidth && !inside) {
                box.tabIndex = 0;
            }
        }
    };

    addEventListener("load", reachAll);
    addEventListener("resize", reachAll);
    document.addEventListener("DOMContentLoaded", () => {
        nameAll();
        new MutationObserver(nameAll).observe(document.body, {childList: true, subtree: true});
    });
})();
