using System.Globalization;

namespace Lava.Server.Simulation;

/// <summary>What one request asks of its answer.</summary>
internal sealed class Knobs
{
    private const string HeaderPrefix = "x-sim-";
    private const string FaultName = "fault";

    private static readonly long[] Defaults = Array.ConvertAll(KnobTable.All, static definition => definition.Default);
    private readonly long[] _values = new long[KnobTable.All.Length];

    public Fault Fault { get; private set; }

    public long this[Knob knob] => _values[(int)knob];

    public void Reset()
    {
        Defaults.CopyTo(_values, 0);
        Fault = Fault.None;
    }

    /// <summary>Takes the <c>+name=value</c> parts behind a model's name.</summary>
    /// <returns>Null, or the part that makes no sense: a typing error must not pass for a healthy answer.</returns>
    public string? TakeParts(ReadOnlySpan<char> parts)
    {
        foreach (var range in parts.Split('+'))
        {
            var part = parts[range];
            var equals = part.IndexOf('=');
            if (!part.IsEmpty && (equals < 0 || !TrySet(part[..equals], part[(equals + 1)..])))
            {
                return part.ToString();
            }
        }

        return null;
    }

    /// <summary>Takes the <c>x-sim-…</c> headers, which win over the model's parts.</summary>
    /// <returns>Null, or the header that makes no sense.</returns>
    public string? TakeHeaders(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase)
                && !TrySet(name.AsSpan(HeaderPrefix.Length), values.ToString()))
            {
                return name;
            }
        }

        return null;
    }

    private bool TrySet(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (name.Equals(FaultName, StringComparison.OrdinalIgnoreCase))
        {
            var parsed = Faults.TryParse(value, out var fault);
            Fault = fault;
            return parsed;
        }

        if (!KnobTable.TryFind(name, out var knob)
            || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var definition = KnobTable.All[(int)knob];
        _values[(int)knob] = number;
        return number >= definition.Min && number <= definition.Max;
    }
}
