using System.Text;

namespace Lava.Server.Simulation;

/// <summary>The help text of the simulator, made from its tables.</summary>
public static class SimulatorHelp
{
    /// <summary>What a request can ask for, for <c>lava simulate --help</c>.</summary>
    public static string Text { get; } = Build();

    private static string Build()
    {
        var text = new StringBuilder();
        text.AppendLine("Answers like OpenAI, Anthropic and Gemini, with any key and any model; the same request always gets the");
        text.AppendLine("same bytes. Input tokens are the words of the request's text plus every input kind below; output tokens are");
        text.AppendLine("reasoning, audio, images and the words of the answer, in this order, as far as the request's own limit goes.");
        text.AppendLine("Counters: GET /sim/stats.");
        text.AppendLine();
        text.AppendLine("A request steers its answer by headers (x-sim-tokens: 100) or by parts of the model's name, which the");
        text.AppendLine("answer leaves out (gpt-4o-mini+tokens=100+fault=cut). A header wins over a part.");
        text.AppendLine();
        foreach (var knob in KnobTable.All)
        {
            text.AppendLine($"  x-sim-{knob.Header,-24} +{knob.Part,-10} {knob.Description}");
        }

        text.AppendLine($"  {"x-sim-fault",-30} {"+fault",-11} one of:");
        foreach (var (name, _, description) in Faults.All)
        {
            text.AppendLine($"      {name,-18} {description}");
        }

        return text.ToString();
    }
}
