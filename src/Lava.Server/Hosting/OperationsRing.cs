namespace Lava.Server.Hosting;

/// <summary>The newest samples, a fixed number of them. One writes, any number read.</summary>
internal sealed class OperationsRing(int capacity)
{
    private readonly OperationsSample?[] _samples = new OperationsSample?[capacity];
    private readonly Lock _lock = new();
    private long _added;

    /// <summary>Adds one; the oldest goes.</summary>
    public void Add(OperationsSample sample)
    {
        lock (_lock)
        {
            _samples[_added++ % capacity] = sample;
        }
    }

    /// <summary>All of them, ascending by time.</summary>
    public List<OperationsSample> ToList()
    {
        lock (_lock)
        {
            var samples = new List<OperationsSample>(capacity);
            for (var i = Math.Max(0, _added - capacity); i < _added; i++)
            {
                samples.Add(_samples[i % capacity]!);
            }

            return samples;
        }
    }
}
