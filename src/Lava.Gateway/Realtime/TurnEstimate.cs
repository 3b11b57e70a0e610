using Lava.Gateway.Relay;
using Lava.Gateway.Reservation;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Realtime;

/// <summary>
/// What a turn has come to where the provider's own figures are missing: its output from the text, transcripts and sound that were seen,
/// its input from the turn before, whose conversation it repeats, or from what the client has sent. Never more than was held for.
/// </summary>
internal sealed class TurnEstimate
{
    private long _textBytes;
    private long _audioBytes;
    private long _lastInput;
    private long _clientBytes;

    /// <summary>The client sent so much.</summary>
    public void CountClient(int bytes) => Interlocked.Add(ref _clientBytes, bytes);

    /// <summary>Takes a delta.</summary>
    public void CountDelta(RealtimeScanner scanner)
    {
        if (scanner.IsAudio)
        {
            _audioBytes += scanner.DeltaBytes;
        }
        else
        {
            _textBytes += scanner.DeltaBytes;
        }
    }

    /// <summary>The turn has ended; so much was its input, 0 where nobody knows.</summary>
    public void NextTurn(long input)
    {
        _textBytes = 0;
        _audioBytes = 0;
        _lastInput = Math.Max(_lastInput, input);
    }

    /// <summary>The usage of a turn whose end was not seen.</summary>
    public Usage Cut(CallEstimate most)
    {
        var sound = Math.Min(_audioBytes / RealtimeLimits.AudioBytesPerOutputToken, most.OutputTokens);
        var sent = Interlocked.Read(ref _clientBytes) / RealtimeLimits.AudioBytesPerInputToken;
        return new Usage
        {
            InputTokens = Math.Min(Math.Max(_lastInput, sent), most.InputTokens),
            OutputTokens = Math.Min(sound + CallEstimate.Tokens(_textBytes), most.OutputTokens),
            AudioOutputTokens = sound,
            Certainty = UsageCertainty.Partial,
            Reason = UsageReason.Cut,
        };
    }

    /// <summary>The usage of a turn that ended: the provider's, else an estimate. A failure without figures is free.</summary>
    public Usage Complete(RealtimeScanner scanner, CallEstimate most, ModelPrice price)
    {
        var usage = Believed(scanner.Usage, price);
        if (usage.Certainty == UsageCertainty.Exact)
        {
            return usage;
        }

        return scanner.IsError && usage.Reason == UsageReason.Missing
            ? new Usage { Certainty = UsageCertainty.Exact }
            : Cut(most) with { Reason = usage.Reason };
    }

    /// <summary>The usage of a transcription: the provider's, else its text as output.</summary>
    public static Usage Transcribed(RealtimeScanner scanner, ModelPrice price)
    {
        var usage = Believed(scanner.Usage, price);
        return usage.Certainty == UsageCertainty.Exact ? usage : new Usage
        {
            OutputTokens = CallEstimate.Tokens(scanner.DeltaBytes),
            Certainty = UsageCertainty.Partial,
            Reason = usage.Reason,
        };
    }

    private static Usage Believed(in Usage usage, ModelPrice price) =>
        UsageSanity.IsAbsurd(usage, CallEstimate.OfTurn(price), price, ServiceTier.Standard)
            ? new Usage { Reason = UsageReason.Absurd }
            : usage;
}
