using System.IO.Pipelines;

namespace Lava.Server.Simulation.Sending;

/// <summary>The fault <c>huge</c>: one more member, a string of any size, at the start of the first JSON object of a body.</summary>
internal static class Padding
{
    /// <summary>What the member takes besides its content: <c>"padding":"",</c>.</summary>
    public const int FrameBytes = 13;

    // Written again and again: what a provider's edge sends at once.
    private static readonly byte[] Block = CreateBlock(16 * 1024);

    /// <summary>Is there an object to pad?</summary>
    public static bool Fits(ReadOnlySpan<byte> text) => text.Contains((byte)'{');

    /// <returns>False when the caller has gone.</returns>
    public static async ValueTask<bool> WriteAsync(PipeWriter output, ReadOnlyMemory<byte> text, long bytes)
    {
        var start = text.Span.IndexOf((byte)'{') + 1;
        output.Write(text.Span[..start]);
        output.Write("\"padding\":\""u8);
        while (bytes > 0)
        {
            var length = (int)Math.Min(bytes, Block.Length);
            bytes -= length;
            if ((await output.WriteAsync(Block.AsMemory(0, length))).IsCompleted)
            {
                return false;
            }
        }

        output.Write("\","u8);
        return !(await output.WriteAsync(text[start..])).IsCompleted;
    }

    private static void Write(this PipeWriter output, ReadOnlySpan<byte> text) => System.Buffers.BuffersExtensions.Write(output, text);

    private static byte[] CreateBlock(int bytes)
    {
        var block = new byte[bytes];
        block.AsSpan().Fill((byte)'x');
        return block;
    }
}
