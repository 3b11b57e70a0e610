// A merchant's page: what Lava's documentation shows, with the unmodified hook.
import { useLavaCheckout } from "@lavapayments/checkout";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function Shop() {
  const [end, setEnd] = useState(null);
  const { open } = useLavaCheckout({
    onSuccess: told => setEnd({ how: "success", ...told }),
    onCancel: told => setEnd({ how: "cancel", ...told }),
    onError: told => setEnd({ how: "error", ...told }),
  });
  return (
    <main>
      <h1>A shop</h1>
      <button onClick={() => { setEnd(null); open(new URLSearchParams(location.search).get("token")); }}>Buy</button>
      <output id="end">{end && JSON.stringify(end)}</output>
    </main>
  );
}

createRoot(document.getElementById("root")).render(<Shop />);
