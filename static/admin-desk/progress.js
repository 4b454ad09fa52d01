// Asks how far a job is, and shows its page anew when it has ended.
"use strict";

(() => {
    const PAUSE = 2000;
    const MOST_PAUSE = 30000;

    function follow(box) {
        const words = box.querySelector("[data-progress-words]");
        const bar = box.querySelector("progress");
        const percent = box.querySelector("[data-progress-percent]");
        let pause = PAUSE;

        async function ask() {
            try {
                const answer = await fetch(box.dataset.progress, { credentials: "same-origin" });
                if (!answer.ok || answer.redirected) throw new Error(answer.status);
                const job = await answer.json();
                pause = PAUSE;
                if (job.is_over) {
                    window.location.reload();
                    return;
                }
                if (words.textContent !== job.words) words.textContent = job.words;
                if (bar && job.percent !== null) {
                    bar.value = job.percent;
                    percent.textContent = `${job.percent} %`;
                }
            } catch {
                pause = Math.min(pause * 2, MOST_PAUSE);
            }
            window.setTimeout(ask, pause);
        }
        if (bar) window.setTimeout(ask, pause);
    }

    document.querySelectorAll("[data-progress]").forEach(follow);
})();
