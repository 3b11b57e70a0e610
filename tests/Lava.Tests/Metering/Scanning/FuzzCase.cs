using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>A fixture of any family, ready to be scanned again and again without an allocation of the test's own.</summary>
internal sealed record FuzzCase(string Name, byte[] Bytes, ApiFormat Format, ResponseFraming Framing)
{
    /// <summary>All families that <see cref="ResponseScanner"/> reads.</summary>
    public static FuzzCase[] All() =>
        [.. ScannerFixture.All.Select(Of), .. NativeFixture.All.SelectMany(Of), .. FieldFixture.All.Select(Of)];

    public FieldTable? Fields { get; private init; }

    public (FieldRole Role, string Value)[] Headers { get; private init; } = [];

    /// <summary>Are <see cref="Bytes"/> the text of event stream messages, framed after the change?</summary>
    public bool IsText { get; private init; }

    /// <summary>Makes a scanner expect it.</summary>
    public void Begin(ResponseScanner scanner, ResponseFraming framing)
    {
        scanner.Reset(Format, framing, Fields);
        foreach (var (role, value) in Headers)
        {
            scanner.TakeHeader(role, value);
        }
    }

    private static FuzzCase Of(ScannerFixture fixture) => new(fixture.File, fixture.Bytes, fixture.Format, fixture.Framing);

    private static IEnumerable<FuzzCase> Of(NativeFixture fixture)
    {
        var endpoint = fixture.Endpoint;
        var whole = new FuzzCase(fixture.Name, fixture.Bytes, endpoint.Format, fixture.Framing)
        {
            Fields = endpoint.Fields,
            Headers = fixture.Headers,
        };
        yield return whole;
        if (fixture.Framing == ResponseFraming.EventStream)
        {
            yield return whole with { Bytes = File.ReadAllBytes(ScannerFixture.PathOf(fixture.File)), IsText = true };
        }
    }

    private static FuzzCase Of(FieldFixture fixture)
    {
        var endpoint = fixture.Endpoint;
        return new(fixture.File, fixture.Bytes, endpoint.Format, fixture.Framing)
        {
            Fields = endpoint.Fields,
            Headers =
            [
                .. fixture.Headers.Split(';', StringSplitOptions.RemoveEmptyEntries)
                    .Select(header => header.Split('='))
                    .Select(header => (endpoint.Headers[header[0]], header[1])),
            ],
        };
    }

    /// <summary>The body that a mutant stands for.</summary>
    public ReadOnlySpan<byte> BodyOf(ReadOnlySpan<byte> mutant) =>
        IsText ? EventStreamMessages.Parse(Encoding.Latin1.GetString(mutant)) : mutant;
}
