using Lava.Server.Simulation.Answers;

namespace Lava.Server.Simulation.Sending;

/// <summary>Sends an answer part by part at its pace, with its faults. Results are false when the caller has gone.</summary>
internal sealed class StreamSender(Pace pace)
{
    public async ValueTask<bool> SendAsync(HttpContext context, SimulatedCall call, AnswerWriter writer)
    {
        var parts = new StreamParts(call, writer);
        if (call.Knobs.Fault == Fault.Gzip)
        {
            WriteAll(parts, call.Output);
            return await BodySender.SendCompressedAsync(context, call);
        }

        var start = pace.Now();
        var padding = call.Knobs.Fault == Fault.Huge ? call.Knobs[Knob.PaddingBytes] : 0;
        for (long part = 0; part < parts.Count; part++)
        {
            if (part == parts.FailsBefore)
            {
                return await FailAsync(context, call, parts);
            }

            if (!await WaitForAsync(context, call, start, parts.WordsBefore(part)))
            {
                return false;
            }

            Stamp(call);
            parts.Write(part, call.Output);
            if (padding > 0 && Padding.Fits(call.Output.Span))
            {
                if (!await Padding.WriteAsync(context.Response.BodyWriter, call.Output.Memory, padding))
                {
                    return false;
                }

                padding = 0;
                call.Output.Clear();
            }

            if (call.Output.Length >= SimulatorLimits.FlushBytes && !await FlushAsync(context, call))
            {
                return false;
            }
        }

        return await FlushAsync(context, call);
    }

    private async ValueTask<bool> WaitForAsync(HttpContext context, SimulatedCall call, long start, long words)
    {
        var perSecond = call.Knobs[Knob.TokensPerSecond];
        if (perSecond == 0)
        {
            return true;
        }

        var delay = pace.Until(start, words, perSecond);
        return delay <= TimeSpan.Zero || (await FlushAsync(context, call) && await pace.WaitAsync(context, delay));
    }

    private async ValueTask<bool> FailAsync(HttpContext context, SimulatedCall call, StreamParts parts)
    {
        if (call.Knobs.Fault == Fault.ErrorEvent)
        {
            parts.WriteError(call.Output);
            return await FlushAsync(context, call);
        }

        if (await FlushAsync(context, call))
        {
            // Headers go out even when the fault comes before the first byte of the body.
            await context.Response.BodyWriter.FlushAsync();
            if (call.Knobs.Fault != Fault.Stall)
            {
                throw new AnswerCutException();
            }

            await pace.StallAsync(context);
        }

        return false;
    }

    // Says when the event was written: whoever measures on the same machine can tell the pace of the provider from what was added.
    private void Stamp(SimulatedCall call)
    {
        if (call.Knobs[Knob.Stamp] != 0 && call.Answer.EventStream)
        {
            call.Output.Append("id: "u8).Append(pace.Now()).Append("\n"u8);
        }
    }

    private static async ValueTask<bool> FlushAsync(HttpContext context, SimulatedCall call)
    {
        if (call.Output.Length == 0)
        {
            return true;
        }

        var stayed = await BodySender.WriteAsync(context, call.Output.Memory, call.Knobs[Knob.ChunkBytes]);
        call.Output.Clear();
        return stayed;
    }

    private static void WriteAll(StreamParts parts, Utf8Buffer output)
    {
        for (long part = 0; part < parts.Count; part++)
        {
            parts.Write(part, output);
        }
    }
}
