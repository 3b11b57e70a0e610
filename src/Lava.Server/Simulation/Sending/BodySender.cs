using System.IO.Compression;

namespace Lava.Server.Simulation.Sending;

/// <summary>Sends a body that is complete in memory, with its faults. Results are false when the caller has gone.</summary>
internal sealed class BodySender(Pace pace)
{
    /// <summary>Sends <see cref="SimulatedCall.Output"/>; status and content type are set.</summary>
    public ValueTask<bool> SendAsync(HttpContext context, SimulatedCall call)
    {
        var fault = call.Knobs.Fault;
        switch (fault)
        {
            case Fault.Cut or Fault.CutBeforeUsage or Fault.Stall:
                return FailAsync(context, call, fault);
            case Fault.Huge:
                context.Response.ContentLength = call.Output.Length + call.Knobs[Knob.PaddingBytes] + Padding.FrameBytes;
                return Padding.WriteAsync(context.Response.BodyWriter, call.Output.Memory, call.Knobs[Knob.PaddingBytes]);
            case Fault.Gzip:
                return SendCompressedAsync(context, call);
            case Fault.Chunked:
                break;
            default:
                context.Response.ContentLength = call.Output.Length;
                break;
        }

        return WriteAsync(context, call.Output.Memory, call.Knobs[Knob.ChunkBytes]);
    }

    /// <summary>Compresses <see cref="SimulatedCall.Output"/> and sends it; without a length, like a compressing edge.</summary>
    public static async ValueTask<bool> SendCompressedAsync(HttpContext context, SimulatedCall call)
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(call.Output.Memory);
        }

        context.Response.Headers.ContentEncoding = "gzip";
        return await WriteAsync(context, compressed.GetBuffer().AsMemory(0, (int)compressed.Length), call.Knobs[Knob.ChunkBytes]);
    }

    /// <summary>Writes and flushes, in pieces of <paramref name="pieceBytes"/> where that is not 0.</summary>
    public static async ValueTask<bool> WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes, long pieceBytes)
    {
        var writer = context.Response.BodyWriter;
        if (pieceBytes == 0)
        {
            return !(await writer.WriteAsync(bytes)).IsCompleted;
        }

        while (bytes.Length > 0)
        {
            var piece = (int)Math.Min(pieceBytes, bytes.Length);
            if ((await writer.WriteAsync(bytes[..piece])).IsCompleted)
            {
                return false;
            }

            bytes = bytes[piece..];
        }

        return true;
    }

    private async ValueTask<bool> FailAsync(HttpContext context, SimulatedCall call, Fault fault)
    {
        context.Response.ContentLength = call.Output.Length;
        if (await WriteAsync(context, call.Output.Memory[..BytesBefore(call, fault)], call.Knobs[Knob.ChunkBytes]))
        {
            await context.Response.BodyWriter.FlushAsync();
            if (fault != Fault.Stall)
            {
                throw new AnswerCutException();
            }

            await pace.StallAsync(context);
        }

        return false;
    }

    private static int BytesBefore(SimulatedCall call, Fault fault)
    {
        if (fault == Fault.CutBeforeUsage)
        {
            // "usage" and "usageMetadata": the last one, as the text comes first.
            var usage = call.Output.Span.LastIndexOf("\"usage"u8);
            return usage < 0 ? call.Output.Length / 2 : usage;
        }

        var after = call.Knobs[Knob.FaultAfter];
        return after == KnobTable.Unset ? call.Output.Length / 2 : (int)Math.Min(after, call.Output.Length - 1);
    }
}
