// A view on a page of its own: the address says which scene, `views/sparse.html#one-in-100`.
{
  document.documentElement.classList.toggle("framed", window.parent !== window); // in the book
  const { name, scenes } = JSON.parse(document.getElementById("scenes").textContent);
  const ask = document.getElementById("ask");
  ALR.show(document.getElementById("view"), ALR.views[name]).then((model) => {
    const follow = () => {
      const scene = scenes[location.hash.slice(1)];
      const picks = scene ? scene.picks : ALR.views[name].picks;
      model.state.spec = { ...model.state.spec, start: picks, ask: "" };
      model.set("picks", { ...picks });
      model.set("data", model.get("data"));
      ask.textContent = scene ? scene.ask : "";
      for (const link of document.querySelectorAll(".scenes a")) {
        link.toggleAttribute("aria-current", link.hash === location.hash);
      }
    };
    window.addEventListener("hashchange", follow);
    follow();
  });
}
