using System.Net.Sockets;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The bytes of one connection to a provider. One receives and one sends at a time; only <see cref="Abort"/> may be called beside them.
/// Operations that have begun end when it is called, so none takes a token of its own.
/// </summary>
internal abstract class UpstreamTransport : IDisposable
{
    /// <summary>Is this what an operation throws whose connection is broken, or was given up?</summary>
    public static bool IsBroken(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    /// <summary>
    /// Receives what is there, or waits for something; 0 at the end of the connection. No memory: only waits, and may be woken for what
    /// was received already.
    /// </summary>
    /// <exception cref="Exception">One for which <see cref="IsBroken"/> holds.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> memory);

    /// <summary>
    /// Sends all of it. One that fails before it returns has sent nothing, if it is short: the connection takes that as a whole or not.
    /// </summary>
    /// <exception cref="Exception">One for which <see cref="IsBroken"/> holds.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> memory);

    /// <summary>The connection will not be used for a while.</summary>
    public virtual void Rest()
    {
    }

    /// <summary>Before it is used again: is it open, and has nothing come meanwhile? What came then nobody asked for.</summary>
    public abstract bool IsQuiet();

    /// <summary>The connection as a stream, for another protocol; it owns the connection.</summary>
    public abstract Stream Open();

    /// <summary>Gives the connection up, at any moment.</summary>
    public abstract void Abort();

    /// <inheritdoc/>
    public abstract void Dispose();
}
