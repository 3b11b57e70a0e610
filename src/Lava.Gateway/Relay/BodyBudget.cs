namespace Lava.Gateway.Relay;

/// <summary>
/// The memory of all bodies that are kept whole, together: without a bound many large uploads at once would take all there is.
/// </summary>
internal sealed class BodyBudget(long bytes)
{
    private long _free = bytes;

    /// <summary>Takes so many bytes; false when they are not there.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _free, bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _free, bytes);
}
