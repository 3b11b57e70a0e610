using System.Text;
using Lava.Server.Simulation.Answers;
using Lava.Server.Simulation.Requests;

namespace Lava.Server.Simulation;

/// <summary>Everything that belongs to one request; reused.</summary>
internal sealed class SimulatedCall
{
    private readonly Utf8Buffer _model = new();

    public Utf8Buffer Body { get; } = new();

    public Utf8Buffer Output { get; } = new();

    public RequestFacts Facts { get; } = new();

    public Knobs Knobs { get; } = new();

    public Answer Answer { get; } = new();

    /// <summary>From the request's bytes.</summary>
    public ulong Seed { get; private set; }

    public void Reset()
    {
        _model.Reset();
        Body.Reset();
        Output.Reset();
        Facts.Reset();
        Knobs.Reset();
        Seed = 0;
    }

    /// <summary>Reads model, knobs and facts, and decides the answer.</summary>
    /// <returns>Null, or why there is none.</returns>
    public Refusal? Prepare(SimulatedRoute route, HttpRequest request)
    {
        Seed = RequestHash.OfAnswer(Body.Span, (ulong)route.Operation);
        if (route.Method == "POST")
        {
            if (!RequestScanner.TryScan(route.Provider, Body.Span, Facts))
            {
                return new Refusal(400, "The body is not a JSON object.");
            }

            var refusal = RequestChecks.Check(route, Facts) ?? TakeModel(route, request.Path.Value!);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        if (Knobs.TakeHeaders(request.Headers) is { } header)
        {
            return new Refusal(400, $"The header {header} makes no sense to the simulator: see lava simulate --help.", header);
        }

        Answer.Prepare(Seed, _model.Memory, Facts, Knobs);
        return null;
    }

    private Refusal? TakeModel(SimulatedRoute route, string path)
    {
        Span<char> buffer = stackalloc char[SimulatorLimits.ModelChars];
        scoped ReadOnlySpan<char> model;
        if (route.Provider == Provider.Gemini)
        {
            model = SimulatedRoute.ModelIn(path);
            Seed = RequestHash.Mix(Seed ^ RequestHash.Of(Encoding.UTF8.GetBytes(path), 0));
        }
        else if (Encoding.UTF8.TryGetChars(Body.Span[Facts.Model], buffer, out var length))
        {
            model = buffer[..length];
        }
        else
        {
            return UnknownModel();
        }

        var plus = model.IndexOf('+');
        var name = plus < 0 ? model : model[..plus];
        if (name.IsEmpty)
        {
            return UnknownModel();
        }

        // A name from a body is escaped already.
        _ = route.Provider == Provider.Gemini ? _model.AppendEscaped(name.ToString()) : _model.Append(name);
        return plus >= 0 && Knobs.TakeParts(model[(plus + 1)..]) is { } part
            ? new Refusal(400, $"The part '+{part}' of the model makes no sense to the simulator: see lava simulate --help.", "model")
            : null;
    }

    private static Refusal UnknownModel() => new(404, "There is no such model.", "model", "model_not_found");
}
